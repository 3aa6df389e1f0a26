import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.ts";

/** A process as noted in a file, so that a later starter finds it again and never mistakes another for it. */
export type NotedProcess = ProcessIdentity & { version?: string };

/** Where a process of AgentPod is noted, by its name: `supervisor`, `server`, `gateway`, `terminals`. */
export const processFile = (run: string, name: string): string => join(run, `${name}.json`);

/** Notes a living process; atomically. Throws when there is none. */
export function writeProcessFile(path: string, pid: number, version?: string): NotedProcess {
  const identity = identify(pid);
  if (!identity) throw new Error(`process ${pid} is gone`);
  const noted = { ...identity, ...(version !== undefined && { version }) };
  writeFileSync(`${path}.new`, JSON.stringify(noted), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return noted;
}

/** The noted process if it still lives; null otherwise. */
export function readLivingProcess(path: string): NotedProcess | null {
  try {
    const noted = JSON.parse(readFileSync(path, "utf8")) as NotedProcess;
    return isAlive(noted) ? noted : null;
  } catch {
    return null;
  }
}

export function removeProcessFile(path: string): void {
  rmSync(path, { force: true });
}
