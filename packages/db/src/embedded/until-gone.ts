import { setTimeout as delay } from "node:timers/promises";
import { isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";

/** Milliseconds between two looks; elsewhere than on Linux each starts a program. */
const interval = process.platform === "linux" ? 250 : 2000;

/** Resolves when the process has ended, whoever its parent is. Looked at, for only a parent is told. Without `every` (ms) it does not keep this process alive. */
export async function untilGone(identity: ProcessIdentity, every?: number): Promise<void> {
  while (isAlive(identity)) await delay(every ?? interval, undefined, { ref: every !== undefined });
}
