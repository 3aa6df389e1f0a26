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
 * Clears the way for a start after a crash; no effect on a living server. Waits for backends that outlived their postmaster (killed when they do not notice
 * in time; they hold the data), then removes a pid file whose pid now is a stranger's, at which PostgreSQL would give up.
 */
export async function clearStale(data: string): Promise<void> {
  for (let round = 0; ; round++) {
    if (await findPostmaster(data)) return;
    const left = await processesIn(data);
    if (left.length === 0) break;
    if (round >= 250) for (const pid of left) kill(pid, "SIGKILL");
    await delay(20);
  }
  await rm(join(data, "postmaster.pid"), { force: true });
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
