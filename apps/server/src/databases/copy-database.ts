import type { Runtime } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import { databaseAt } from "./database-at.ts";
import { dumpDatabase } from "./dump-database.ts";
import { restoreDatabase } from "./restore-database.ts";

/** Puts the data of one pod's PostgreSQL, as it is at this moment, into that of another, instead of what is there. Again: the same anew. */
export async function copyDatabase(
  { runtime, database }: { runtime: Pick<Runtime, "exec">; database: Pick<Database, "asSystem"> },
  pods: { from: string; to: string },
  signal: AbortSignal,
): Promise<void> {
  const at = (pod: string) => database.asSystem(async (store) => databaseAt(store, await store.pods.getById(pod)));
  const [from, to] = [await at(pods.from), await at(pods.to)];
  await restoreDatabase(runtime, to, await dumpDatabase(runtime, from, signal), signal);
}
