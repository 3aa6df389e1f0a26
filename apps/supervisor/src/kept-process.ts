import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Home } from "@agentpod/host/home";
import { type NotedProcess, processFile, readLivingProcess, removeProcessFile, writeProcessFile } from "@agentpod/host/process-file";
import { isAlive } from "@agentpod/host/process-identity";
import { capLog, closeLog, openLog } from "./log-file.ts";

export interface KeptOptions {
  /** For log and pid file: `server`, `gateway`. */
  name: string;
  home: Home;
  /** Arguments of this Node: flags and script. */
  argv: string[];
  env: NodeJS.ProcessEnv;
  /** Take over a living one of this version; a living one of another version is ended. Null: never take over. */
  adoptVersion: string | null;
  /** Milliseconds between TERM and KILL. */
  graceMs: number;
  /** It goes by itself when it holds nothing; on our stop it is asked to, and left alone. */
  mayOutlive?: boolean;
  onMessage?(message: unknown): void;
  say(line: string): void;
}

export interface KeptProcess {
  /** Starts or takes over; resolves once there is a process. */
  start(): Promise<void>;
  /** Ends the process; it is started again. */
  restart(): void;
  /** Ends the process for good. */
  stop(): Promise<void>;
}

const firstRetryMs = 250;
const longestRetryMs = 10_000;
const steadyMs = 30_000;
const lookMs = 1000;

/** Keeps one process of AgentPod running, in its own session: it outlives us, and the next supervisor finds it by its file. */
export function keptProcess(options: KeptOptions): KeptProcess {
  const { name, home, say } = options;
  const file = processFile(home.run, name);
  const log = join(home.logs, `${name}.log`);
  let current: NotedProcess | null = null;
  let stopping = false;
  let retryMs = firstRetryMs;

  const launch = async (): Promise<void> => {
    const out = openLog(log);
    const child = spawn(process.execPath, options.argv, {
      detached: true,
      stdio: ["ignore", out, out, "ipc"],
      env: { NODE_COMPILE_CACHE: home.cache, ...options.env },
      cwd: home.root,
    });
    closeLog(out);
    await once(child, "spawn");
    current = writeProcessFile(file, child.pid as number, options.adoptVersion ?? undefined);
    child.on("message", (message) => options.onMessage?.(message));
    child.unref();
    void relaunch(exited(child), Date.now());
  };
  const relaunch = async (gone: Promise<string>, startedAt: number): Promise<void> => {
    const how = await gone;
    current = null;
    if (stopping) return;
    retryMs = Date.now() - startedAt > steadyMs ? firstRetryMs : Math.min(longestRetryMs, retryMs * 2);
    say(`The ${name} ended (${how}); starting it again. Its log: ${log}`);
    await delay(retryMs);
    if (stopping) return;
    await launch().catch((error: unknown) => {
      say(`The ${name} could not be started: ${String(error)}`);
      void relaunch(Promise.resolve("not started"), Date.now());
    });
  };
  const end = async (found: NotedProcess): Promise<void> => {
    signal(found, "SIGTERM");
    if (!(await endsWithin(found, options.graceMs))) signal(found, "SIGKILL");
    await endsWithin(found, 10_000);
  };
  // Also what keeps us alive: processes that were taken over do not, and a supervisor that ends supervises nothing.
  const logCap = setInterval(() => capLog(log), 60_000);

  return {
    async start() {
      const found = readLivingProcess(file);
      if (found && options.adoptVersion !== null && found.version === options.adoptVersion) {
        current = found;
        void relaunch(
          (async () => {
            while (isAlive(found)) await delay(lookMs, undefined, { ref: false });
            return "it had been taken over";
          })(),
          Date.now(),
        );
        return;
      }
      if (found) await end(found);
      await launch();
    },
    restart() {
      if (current) signal(current, "SIGTERM");
    },
    async stop() {
      stopping = true;
      clearInterval(logCap);
      if (current && options.mayOutlive) {
        signal(current, "SIGTERM");
        // Noted as it is: the next supervisor takes it over.
        if (!(await endsWithin(current, options.graceMs))) return;
      } else if (current) await end(current);
      removeProcessFile(file);
    },
  };
}

function exited(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.once("exit", (code, by) => resolve(by ?? `exit code ${code}`)));
}

function signal(found: NotedProcess, kind: NodeJS.Signals): void {
  if (!isAlive(found)) return;
  try {
    process.kill(found.pid, kind);
  } catch {
    // It ended in between.
  }
}

/** No event tells of the end of a process that is not our child; looking ten times a second only while one is being ended costs nothing. */
async function endsWithin(found: NotedProcess, milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (isAlive(found)) {
    if (Date.now() > until) return false;
    await delay(50);
  }
  return true;
}
