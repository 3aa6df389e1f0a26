import { execFile } from "node:child_process";
import { readdir, readFile, readlink, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { identify, isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";

export interface Postmaster {
  identity: ProcessIdentity;
  socketFolder: string;
  /** Takes connections. */
  ready: boolean;
}

/** The living postmaster of a data directory, by its own pid file; null when there is none (a stale file counts as none). */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  const pid = Number(lines[0]);
  const identity = Number.isInteger(pid) && pid > 0 ? identify(pid) : null;
  if (!identity || !(await worksIn(pid, data)) || !isAlive(identity)) return null;
  return { identity, socketFolder: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
}

/**
 * Clears what a crash left in the way of a start; no effect on a living server. Waits for backends that outlived their
 * postmaster (killed when they do not notice in time; they hold the data), then removes lock files whose pid now is a
 * stranger's, or a zombie's that nobody reaps: PostgreSQL gives up at those.
 */
export async function clearStale(data: string, socketFolder: string): Promise<void> {
  for (let round = 0; (await processesIn(data)).length > 0; round++) {
    if (await findPostmaster(data)) return;
    if (round >= 250) for (const pid of await processesIn(data)) kill(pid, "SIGKILL");
    await delay(20);
  }
  if (await findPostmaster(data)) return;
  for (const lock of [join(data, "postmaster.pid"), join(socketFolder, ".s.PGSQL.5432.lock")]) await rm(lock, { force: true });
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Whether a process is a PostgreSQL on this data directory: its working directory on Linux, its arguments elsewhere. */
async function worksIn(pid: number, data: string): Promise<boolean> {
  if (process.platform === "linux") {
    // The program too: a shell may stand in that directory.
    const [cwd, exe] = await Promise.all(["cwd", "exe"].map((link) => readlink(`/proc/${pid}/${link}`).catch(() => "")));
    return cwd === (await realpath(data)) && /\/postgres( \(deleted\))?$/.test(exe ?? "");
  }
  const { stdout } = await promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.includes(data);
}

async function processesIn(data: string): Promise<number[]> {
  if (process.platform !== "linux") return [];
  const found: number[] = [];
  for (const entry of await readdir("/proc")) {
    const pid = Number(entry);
    if (Number.isInteger(pid) && (await worksIn(pid, data)) && identify(pid)) found.push(pid);
  }
  return found;
}
