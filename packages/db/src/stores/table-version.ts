import { AppError } from "@agentpod/core/errors";
import { sql } from "drizzle-orm";
import { routeTable } from "../schema/route-table.ts";
import type { Tx } from "../tenant-tx.ts";

/** The next version of the route table. Locks it until the transaction ends: call it before anything else of routes is written, lest two deadlock. */
export async function nextTableVersion({ db }: Tx): Promise<number> {
  const [row] = await db
    .update(routeTable)
    .set({ version: sql`${routeTable.version} + 1` })
    .returning({ version: routeTable.version });
  return versionOf(row);
}

/** The version as it is, locked until the transaction ends. */
export async function lockTable({ db }: Tx): Promise<number> {
  const [row] = await db.select({ version: routeTable.version }).from(routeTable).for("update");
  return versionOf(row);
}

function versionOf(row: { version: number } | undefined): number {
  if (!row) throw new AppError("internal", "The route table's version row is gone: restore the database from a backup.");
  return row.version;
}
