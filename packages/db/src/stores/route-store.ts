import { AppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import type { RouteStore } from "@agentpod/core/store";
import { eq, sql } from "drizzle-orm";
import { routeTable } from "../schema/route-table.ts";
import { routes } from "../schema/routes.ts";
import type { Tx } from "../tenant-tx.ts";
import { replaceRoutes } from "./route-replace.ts";
import { routeColumns } from "./route-row.ts";
import { readTable } from "./route-table-read.ts";
import { nextTableVersion } from "./table-version.ts";

export function routeStore(tx: Tx): RouteStore {
  const { db } = tx;
  const get = async (id: string) => {
    const [row] = await db.select(routeColumns).from(routes).where(eq(routes.id, id));
    if (!row) throw new AppError("not_found", `There is no route with id ${id}.`);
    return row;
  };
  return {
    replace: (pod, wanted) => replaceRoutes(tx, pod, wanted),
    taken: async (hosts) => {
      const { rows } = await db.execute<{ host: string }>(sql`select agentpod.taken_hosts(${sql.param([...hosts])}::text[]) as host`);
      return rows.map((r) => r.host);
    },
    set: async (id, { state, message, upstreams }) => {
      const row = await get(id);
      const target = { state, message, upstreams };
      if (canonicalJson(target) === canonicalJson({ state: row.state, message: row.message, upstreams: row.upstreams })) {
        const [table] = await db.select({ version: routeTable.version }).from(routeTable);
        return table?.version ?? row.version;
      }
      const version = await nextTableVersion(tx);
      await db
        .update(routes)
        .set({ ...target, version })
        .where(eq(routes.id, id));
      return version;
    },
    setPublicPort: async (id, port) => {
      if ((await get(id)).publicPort === port) return;
      await db
        .update(routes)
        .set({ publicPort: port, version: await nextTableVersion(tx) })
        .where(eq(routes.id, id));
    },
    table: () => readTable(tx),
  };
}
