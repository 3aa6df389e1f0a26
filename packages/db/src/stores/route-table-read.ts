import type { RouteEntry, RouteTable } from "@agentpod/core/route-table";
import type { RouteRow } from "@agentpod/core/store";
import { asc, eq, sql } from "drizzle-orm";
import { pods } from "../schema/pods.ts";
import { routeTable } from "../schema/route-table.ts";
import { routes } from "../schema/routes.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";
import { routeColumns } from "./route-row.ts";

/** Longest time a request waits while its route is `holding`. */
const holdSeconds = 10;

interface Owned {
  route: RouteRow;
  pod: string;
  podName: string;
  tenant: string;
  ignoresOpenPages: boolean;
}

/** The whole table. One statement, hence one snapshot: rows and version belong together. */
export async function readTable({ db }: Tx): Promise<RouteTable> {
  // Of those asleep alone: the rest of a spec, which may be long, is not read for the others.
  const ignoresOpenPages = sql<boolean>`case when ${routes.state} = 'sleeping' then ${pods.spec} #>> '{idle,openPages}' = 'ignore' end is true`;
  const rows = await db
    .select({
      tableVersion: routeTable.version,
      route: routeColumns,
      pod: pods.id,
      podName: pods.name,
      tenant: tenants.name,
      ignoresOpenPages,
    })
    .from(routeTable)
    .leftJoin(routes, sql`true`)
    .leftJoin(pods, eq(pods.id, routes.podId))
    .leftJoin(tenants, eq(tenants.id, pods.tenantId))
    .orderBy(asc(tenants.name), asc(pods.name), asc(routes.index));
  const owned = rows.flatMap(({ route, pod, podName, tenant, ignoresOpenPages }): Owned[] =>
    route && pod !== null && podName !== null && tenant !== null ? [{ route, pod, podName, tenant, ignoresOpenPages }] : [],
  );
  const splitOf = splitsAmong(owned);
  return { version: rows[0]?.tableVersion ?? 0, routes: owned.map((row) => entryOf(row, splitOf(row))) };
}

function entryOf({ route, pod, podName, tenant, ignoresOpenPages }: Owned, split: RouteEntry["split"]): RouteEntry {
  const { id, hosts, publicPort, path, state, message, upstreams, timeoutSeconds, drainSeconds, policies } = route;
  return {
    id,
    pod,
    label: `${tenant}/${podName}`,
    hosts,
    publicPort,
    path,
    state,
    message,
    upstreams,
    holdSeconds: state === "sleeping" ? route.wakeSeconds : holdSeconds,
    timeoutSeconds,
    drainSeconds,
    ...(policies ? { policies } : {}),
    ...(split ? { split } : {}),
    ...(ignoresOpenPages ? { ignoresOpenPages } : {}),
  };
}

/** A split names a pod of the same tenant: the route there that has the same path, the first of several. */
function splitsAmong(rows: readonly Owned[]): (row: Owned) => RouteEntry["split"] {
  const keyOf = (tenant: string, pod: string, path: string) => JSON.stringify([tenant, pod, path]);
  const first = new Map<string, string>();
  for (const { tenant, podName, route } of rows.toReversed()) first.set(keyOf(tenant, podName, route.path), route.id);
  return ({ tenant, podName, route: { split, path } }) => {
    const other = split && split.pod !== podName ? first.get(keyOf(tenant, split.pod, path)) : undefined;
    return split && other !== undefined ? { route: other, percent: split.percent } : undefined;
  };
}
