import { AppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import type { RouteStore } from "@agentpod/core/store";
import { asc, eq, sql } from "drizzle-orm";
import { hostnames } from "../schema/hostnames.ts";
import { pods } from "../schema/pods.ts";
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
    wakeable: async (id) => {
      const [row] = await db
        .select({ pod: pods.id, desired: pods.desired, wake: routes.wake })
        .from(routes)
        .innerJoin(pods, eq(pods.id, routes.podId))
        .where(eq(routes.id, id));
      return row ?? null;
    },
    hosts: () => db.select({ host: hostnames.host, tenantId: hostnames.tenantId }).from(hostnames).orderBy(asc(hostnames.host)),
  };
}
