import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import type { RouteRow, RouteStore } from "@agentpod/core/store";
import { and, asc, eq, inArray, notInArray } from "drizzle-orm";
import { hostnames } from "../schema/hostnames.ts";
import { pods } from "../schema/pods.ts";
import { routes } from "../schema/routes.ts";
import type { Tx } from "../tenant-tx.ts";
import { routeColumns } from "./route-row.ts";
import { lockTable, nextTableVersion } from "./table-version.ts";

type Wanted = Parameters<RouteStore["replace"]>[1];

/** Makes a pod's routes and host names match what is wanted; what is served stays as it is. Nothing to change: no new version. */
export async function replaceRoutes(tx: Tx, pod: string, wanted: Wanted): Promise<RouteRow[]> {
  const { db } = tx;
  const [owner] = await db.select({ tenantId: pods.tenantId }).from(pods).where(eq(pods.id, pod));
  if (!owner) throw new AppError("not_found", `There is no pod with id ${pod}.`);
  await lockTable(tx);
  await claimHosts(tx, { podId: pod, tenantId: owner.tenantId }, [...new Set(wanted.flatMap((r) => r.hosts))].sort());

  const present = new Map((await rowsOf(tx, pod)).map((row) => [row.index, row]));
  const changed = wanted.filter((w) => {
    const row = present.get(w.index);
    return !row || canonicalJson(definition(row)) !== canonicalJson(definition(w));
  });
  const gone = [...present.values()].filter((row) => !wanted.some((w) => w.index === row.index));
  if (changed.length === 0 && gone.length === 0) return [...present.values()];

  const version = await nextTableVersion(tx);
  if (gone.length > 0) {
    const ids = gone.map((row) => row.id);
    await db.delete(routes).where(inArray(routes.id, ids));
  }
  for (const w of changed) {
    const row = present.get(w.index);
    if (row)
      await db
        .update(routes)
        .set({ ...definition(w), version })
        .where(eq(routes.id, row.id));
    else
      await db.insert(routes).values({ id: randomUUID(), podId: pod, tenantId: owner.tenantId, index: w.index, ...definition(w), version });
  }
  return rowsOf(tx, pod);
}

const rowsOf = ({ db }: Tx, pod: string): Promise<RouteRow[]> =>
  db.select(routeColumns).from(routes).where(eq(routes.podId, pod)).orderBy(asc(routes.index));

/** What the owner declares of a route; the rest is what is served. */
const definition = (route: Wanted[number]) => ({
  unit: route.unit,
  port: route.port,
  hosts: route.hosts,
  path: route.path,
  timeoutSeconds: route.timeoutSeconds,
  drainSeconds: route.drainSeconds,
  policies: route.policies,
  split: route.split,
  wake: route.wake,
  wakeSeconds: route.wakeSeconds,
});

async function claimHosts({ db }: Tx, owner: { podId: string; tenantId: string }, hosts: string[]): Promise<void> {
  await db.delete(hostnames).where(and(eq(hostnames.podId, owner.podId), hosts.length > 0 ? notInArray(hostnames.host, hosts) : undefined));
  if (hosts.length === 0) return;
  await db
    .insert(hostnames)
    .values(hosts.map((host) => ({ host, ...owner })))
    .onConflictDoNothing();
  const own = await db.select({ host: hostnames.host }).from(hostnames).where(eq(hostnames.podId, owner.podId));
  const taken = hosts.find((host) => !own.some((o) => o.host === host));
  if (taken !== undefined) throw new AppError("conflict", `The host name ${taken} is taken: choose another.`);
}
