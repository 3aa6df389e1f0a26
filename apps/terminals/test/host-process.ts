import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { EndedTerminal, HostedTerminal, TerminalRuntime } from "@agentpod/core/api/terminal-host";
import type { UnitId } from "@agentpod/core/runtime";
import { homeAt } from "@agentpod/host/home";

/** The real host as a process of its own in a home of its own. */
export interface HostProcess {
  readonly pid: number;
  readonly socket: string;
  readonly stateDir: string;
  start(environment?: Record<string, string>): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  tell(place: TerminalRuntime): Promise<void>;
  open(unit: UnitId, command: string[] | null, more?: { size?: { cols: number; rows: number } }): Promise<HostedTerminal>;
  list(unit: UnitId): Promise<HostedTerminal[]>;
  /** Any call; throws the host's error as `{ code, message }`. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Every end that the host tells of from now on. */
  watch(): { ended: EndedTerminal[]; stop(): void };
  close(): Promise<void>;
}

const main = new URL("../src/main.ts", import.meta.url).pathname;

export async function hostProcess(): Promise<HostProcess> {
  const folder = await mkdtemp("/tmp/ap-term-");
  const home = homeAt(folder);
  const socket = join(home.sockets, "terminals.sock");
  let child: ChildProcess | null = null;

  const call = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      const asked = request({ socketPath: socket, method, path, headers: { "content-type": "application/json" } }, async (answer) => {
        let text = "";
        for await (const chunk of answer) text += String(chunk);
        const value = JSON.parse(text);
        if ((answer.statusCode ?? 500) < 300) resolve(value);
        else reject(Object.assign(new Error(value.error.message), value.error));
      });
      asked.once("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });

  const hosted: HostProcess = {
    socket,
    stateDir: join(home.run, "terminals"),
    get pid() {
      return child?.pid ?? Number.NaN;
    },
    async start(environment = {}) {
      const flags = ["--max-semi-space-size=2", "--max-old-space-size=256"];
      const started = spawn(process.execPath, [...flags, main], {
        env: { ...process.env, AGENTPOD_HOME: folder, ...environment },
        stdio: ["ignore", "inherit", "pipe"],
      });
      child = started;
      for await (const line of createInterface(started.stderr)) if (line.includes("serves")) break;
      started.stderr.pipe(process.stderr);
    },
    async kill(signal) {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill(signal);
      await gone;
    },
    tell: (place) => call("PUT", "/runtime", place),
    open: (unit, command, { size = { cols: 80, rows: 24 } } = {}) =>
      call("POST", "/terminals", {
        id: randomUUID(),
        unit,
        owner: { tenantId: randomUUID(), tenant: "acme", pod: "web" },
        command,
        workdir: null,
        size,
        openedBy: "token:test",
      }),
    list: (unit) => call("GET", `/pods/${unit.pod}`),
    call,
    watch() {
      const ended: EndedTerminal[] = [];
      const asked = request({ socketPath: socket, path: "/watch" }, (answer) => {
        createInterface(answer)
          .on("line", (line) => ended.push(JSON.parse(line)))
          .on("error", () => undefined);
        answer.on("error", () => undefined);
      });
      asked.on("error", () => undefined);
      asked.end();
      return { ended, stop: () => asked.destroy() };
    },
    async close() {
      await hosted.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
  return hosted;
}
