import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { setPriority } from "node:os";
import { dirname, join } from "node:path";

/** Runs `next build` at low priority: pods and the API go first. Throws with the end of its output when it fails. */
export async function runNext(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const next = join(dirname(createRequire(import.meta.url).resolve("next/package.json")), "dist/bin/next");
  const child = spawn(process.execPath, [next, "build"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", CI: "1" },
  });
  if (child.pid !== undefined) setPriority(child.pid, 10);
  const end = (): void => void child.kill();
  process.once("SIGTERM", end);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-8000);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  process.off("SIGTERM", end);
  if (code !== 0) throw new Error(`next build ended with ${code}:\n${output}`);
}
