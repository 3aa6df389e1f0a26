import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@agentpod/core/errors";
import { identify, isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { Cluster } from "./cluster.ts";
import { clearStale, findPostmaster, type Postmaster } from "./postmaster.ts";
import { programEnvironment } from "./program.ts";
import { serverArguments } from "./server-settings.ts";

/** Starts the server and waits until it takes connections; what a crash left in the way is cleared once, when a start has failed at it. */
export async function launchUntilReady(
  cluster: Cluster,
  binaries: Binaries,
  account: Account,
): Promise<{ postmaster: Postmaster; ours: boolean }> {
  for (let again = false; ; again = true) {
    const launched = await launch(cluster, binaries, account);
    try {
      const postmaster = await untilReady(cluster, launched);
      return { postmaster, ours: postmaster.identity.pid === launched?.pid };
    } catch (error) {
      if (again) throw error;
      await clearStale(cluster.data, cluster.socket);
    }
  }
}

const ends = new Map<number, Promise<void>>();

/** Resolves when a server that this process has launched is gone; undefined for all others, which only looking tells of. */
export const endOfLaunched = ({ pid }: ProcessIdentity): Promise<void> | undefined => ends.get(pid);

/** Starts a server in a session of its own: neither our end nor a terminal's Ctrl-C reaches it. Null when it ended at once. */
async function launch(cluster: Cluster, binaries: Binaries, account: Account): Promise<ProcessIdentity | null> {
  const log = openLog(cluster.log);
  try {
    const child = spawn(join(binaries.bin, "postgres"), serverArguments(cluster.data, cluster.socket), {
      cwd: dirname(cluster.data),
      env: programEnvironment,
      stdio: ["ignore", log, log],
      detached: true,
      ...(account ?? {}),
    });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    const pid = child.pid as number;
    ends.set(pid, new Promise((resolve) => child.once("exit", () => resolve(void ends.delete(pid)))));
    return identify(pid);
  } finally {
    closeSync(log);
  }
}

/**
 * The server of this data directory once it takes connections: the one launched, or another start's that came first. Waits for
 * crash recovery as long as it takes, up to ten minutes. Throws `unavailable` with the log's last lines when it ends instead.
 */
export async function untilReady(cluster: Cluster, launched: ProcessIdentity | null): Promise<Postmaster> {
  for (const start = Date.now(); Date.now() - start < 600_000; await delay(10)) {
    const gone = launched === null || !isAlive(launched);
    const found = await findPostmaster(cluster.data);
    if (found?.ready) return found;
    if (gone && !found) break;
  }
  const last = readFileSync(cluster.log, "utf8").trimEnd().split("\n").slice(-5).join("\n");
  throw new AppError("unavailable", `The embedded PostgreSQL did not start; its log ${cluster.log} ends with:\n${last}`);
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 10 * 1024 * 1024) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}
