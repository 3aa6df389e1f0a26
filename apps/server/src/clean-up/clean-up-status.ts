import type { CleanUpStatus } from "@agentpod/core/api/clean-up-view";
import type { CleanUpDeps } from "./clean-up-deps.ts";
import { findCleanUpRuns, readCleanUpPolicy } from "./clean-up-settings.ts";

const mebi = 1024 * 1024;

/** The policy, how the last one ended, and how much is free. Quick: nothing is added up. */
export async function cleanUpStatus({
  database,
  machine,
  runtime,
}: Pick<CleanUpDeps, "database" | "machine" | "runtime">): Promise<CleanUpStatus> {
  const [{ policy, runs }, own, room] = await Promise.all([
    database.asSystem(async (store) => ({ policy: await readCleanUpPolicy(store), runs: await findCleanUpRuns(store) })),
    machine(),
    runtime.room().catch(() => null),
  ]);
  const from = runs?.last?.at ?? runs?.since;
  return {
    policy,
    nextAt:
      from === undefined || policy.everyHours === null ? null : new Date(Date.parse(from) + policy.everyHours * 3_600_000).toISOString(),
    last: runs?.last ?? null,
    disk: {
      home: own && { freeMb: own.diskFreeMb, totalMb: null },
      runtime: room && { freeMb: Math.floor(room.free / mebi), totalMb: Math.floor(room.total / mebi) },
    },
  };
}
