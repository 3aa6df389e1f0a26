import type { RouteTable } from "@agentpod/core/route-table";
import { asc, eq, sql } from "drizzle-orm";
import { pods } from "../schema/pods.ts";
import { routeTable } from "../schema/route-table.ts";
import { routes } from "../schema/routes.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";
import { routeColumns } from "./route-row.ts";

/** Longest time a request waits while its route is `holding`. */
const holdSeconds = 10;

/** The whole table. One statement, hence one snapshot: rows and version belong together. */
export async function readTable({ db }: Tx): Promise<RouteTable> {
  const rows = await db
    .select({ tableVersion: routeTable.version, route: routeColumns, pod: pods.id, podName: pods.name, tenant: tenants.name })
    .from(routeTable)
    .leftJoin(routes, sql`true`)
    .leftJoin(pods, eq(pods.id, routes.podId))
    .leftJoin(tenants, eq(tenants.id, pods.tenantId))
    .orderBy(asc(tenants.name), asc(pods.name), asc(routes.index));
  return {
    version: rows[0]?.tableVersion ?? 0,
    routes: rows.flatMap(({ route, pod, podName, tenant }) => {
      if (!route || pod === null) return [];
      const { id, hosts, publicPort, path, state, message, upstreams, timeoutSeconds, drainSeconds } = route;
      return [
        {
          id,
          pod,
          label: `${tenant}/${podName}`,
          hosts,
          publicPort,
          path,
          state,
          message,
          upstreams,
          holdSeconds,
          timeoutSeconds,
          drainSeconds,
        },
      ];
    }),
  };
}
