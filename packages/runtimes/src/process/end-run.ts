import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@agentpod/core/errors";
import type { StopSignal } from "@agentpod/core/runtime";
import { isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";
import { environmentOf, type ProcessRow, processTable } from "./processes.ts";
import type { RunRecord } from "./run-record.ts";

/** How to find all processes of a run, beside the two in its record. */
export interface RunMembers {
  /** Home folder of the pod: no stranger has it in its environment. */
  home: string;
  /** User of the pod; null where pods share ours. */
  uid: number | null;
  /** Members of the run's cgroup; empty without one. */
  grouped(): number[];
}

/** Signals a process, if it is still that one. */
export function signal(identity: ProcessIdentity, name: StopSignal | "SIGKILL"): void {
  if (isAlive(identity)) kill(identity.pid, name);
}

export function kill(pid: number, name: StopSignal | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Processes in the session of a run. The kernel gives a session's number to nobody else while a member lives; when the
 * leader is gone, members are told from a stranger's by their user, or by their home where pods share ours.
 */
export function sessionMembers(record: RunRecord, members: Pick<RunMembers, "home" | "uid">, table: readonly ProcessRow[]): number[] {
  const leader = table.find((row) => row.pid === record.supervisor.pid && !row.zombie);
  if (leader && !isAlive(record.supervisor)) return [];
  const rows = table.filter(
    (row) => row.session === record.supervisor.pid && !row.zombie && (members.uid === null || row.uid === members.uid),
  );
  if (leader || members.uid !== null) return rows.map((row) => row.pid);
  return rows.filter((row) => environmentOf(row.pid)?.HOME === members.home).map((row) => row.pid);
}

const sweepSeconds = 10;

/** KILLs whatever is left of a run and waits until it is gone. Nothing left: no effect. `unavailable` when it will not go. */
export async function sweepRun(record: RunRecord, members: RunMembers): Promise<void> {
  const deadline = Date.now() + sweepSeconds * 1000;
  for (;;) {
    const left = new Set([...sessionMembers(record, members, processTable()), ...members.grouped()]);
    if (left.size === 0) return;
    if (Date.now() > deadline) {
      throw new AppError("unavailable", `processes ${[...left].join(", ")} do not end even when killed; look at them on the machine`);
    }
    for (const pid of left) kill(pid, "SIGKILL");
    // Whose parent we are not, we cannot wait for; killed processes are gone at the next look but for a stuck disk.
    await sleep(10);
  }
}

/** KILLs all processes of a pod's own user and waits until they are gone. */
export async function sweepUser(uid: number): Promise<void> {
  const deadline = Date.now() + sweepSeconds * 1000;
  for (;;) {
    const left = processTable().filter((row) => row.uid === uid && !row.zombie);
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new AppError("unavailable", `processes of user ${uid} do not end even when killed`);
    for (const row of left) kill(row.pid, "SIGKILL");
    await sleep(10);
  }
}
