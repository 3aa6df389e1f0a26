import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "@agentpod/host/free-port";
import { packFolder } from "@agentpod/host/pack-folder";
import { extract } from "tar";
import { onTestFinished } from "vitest";

const templates = join(import.meta.dirname, "../../../templates");

/** A folder that any user can walk into; gone with the test. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "agentpod-template-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  await chmod(path, 0o711);
  return path;
}

/** A code folder as a pod gets it: packed, and unpacked somewhere else. */
export async function unpacked(template: string, folder: string): Promise<string> {
  const at = join(await temporaryFolder(), "code");
  await mkdir(at);
  const { tar } = await packFolder(join(templates, template, folder));
  const sink = extract({ cwd: at });
  sink.end(tar);
  await once(sink, "close");
  return at;
}

export interface Running {
  child: ChildProcess;
  output: string[];
  /** Resolves with the line; rejects when the program ends without it. */
  line(pattern: RegExp): Promise<string>;
}

/** Runs a program with nothing but the given environment; ended with the test. */
export function run(argv: string[], env: Record<string, string>, account: { uid: number; gid: number } | null = null): Running {
  const [command = "", ...args] = argv;
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], ...account });
  const output: string[] = [];
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on("line", (line) => {
      output.push(line);
      for (const look of waiting) look();
    });
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = output.find((text) => pattern.test(text));
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
      ended.then(() => reject(new Error(`ended without ${pattern}:\n${output.join("\n")}`)));
    });
  return { child, output, line };
}

/** A server of a template, once it listens. */
export async function serve(code: string, args: string[], env: Record<string, string>): Promise<{ url: string; running: Running }> {
  const port = await freePort();
  const running = run([process.execPath, ...args.map((arg) => arg.replace("{{ code }}", code))], {
    HOST: "127.0.0.1",
    PORT: String(port),
    ...env,
  });
  await running.line(new RegExp(`127.0.0.1:${port}`));
  return { url: `http://127.0.0.1:${port}`, running };
}
