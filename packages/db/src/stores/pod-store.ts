import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { PodStore } from "@agentpod/core/store";
import { and, asc, eq, inArray, ne, type SQL, sql } from "drizzle-orm";
import { podRevisions } from "../schema/pod-revisions.ts";
import { pods } from "../schema/pods.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";
import { factsOf } from "./pod-facts.ts";
import { podHold } from "./pod-hold.ts";
import { insertPod } from "./pod-insert.ts";
import { podLease } from "./pod-lease.ts";
import { selectPods, templateOf } from "./pod-row.ts";
import { podTombstone } from "./pod-tombstone.ts";

export function podStore(tx: Tx): PodStore {
  const { db } = tx;
  // Says in the query what the policy says too: then the index on the tenant serves.
  const visible = tx.tenants === "*" ? undefined : inArray(pods.tenantId, [...tx.tenants]);
  const find = async (where: SQL | undefined): Promise<Pod | null> => (await selectPods(tx, and(visible, where)))[0] ?? null;
  const getById = async (id: string): Promise<Pod> => {
    const pod = await find(eq(pods.id, id));
    if (!pod) throw new AppError("not_found", `There is no pod with id ${id}.`);
    return pod;
  };
  const named = (tenant: string, name: string) => find(and(eq(tenants.name, tenant), eq(pods.name, name)));

  /** One change of intent; conflict when the pod is being deleted or not at the generation expected. */
  const change = async (
    id: string,
    set: Parameters<ReturnType<typeof db.update<typeof pods>>["set"]>[0],
    expected?: number,
  ): Promise<Pod> => {
    const changed = await db
      .update(pods)
      .set({ ...set, generation: sql`${pods.generation} + 1`, updatedAt: sql`now()` })
      .where(and(eq(pods.id, id), ne(pods.desired, "deleted"), expected === undefined ? undefined : eq(pods.generation, expected)))
      .returning({ id: pods.id });
    const pod = await getById(id);
    if (changed.length > 0) return pod;
    const label = `Pod ${pod.tenant}/${pod.name}`;
    if (pod.desired === "deleted") throw new AppError("conflict", `${label} is being deleted: wait until it is gone, then create it anew.`);
    throw new AppError(
      "conflict",
      `${label} has changed meanwhile: it is at generation ${pod.generation}, not ${expected}. Look again and retry.`,
    );
  };

  return {
    insert: async (pod) => {
      await insertPod(tx, pod);
      return getById(pod.id);
    },
    find: named,
    get: async (tenant, name) => {
      const pod = await named(tenant, name);
      if (!pod) throw new AppError("not_found", `There is no pod ${tenant}/${name}.`);
      return pod;
    },
    getById,
    list: ({ tenant }) => selectPods(tx, and(visible, tenant === undefined ? undefined : eq(tenants.name, tenant))),

    updateSpec: async (id, { spec, inputs, template, actor, expectedGeneration }) => {
      const columns = { spec, inputs, templateName: template?.name ?? null, templateVersion: template?.version ?? null };
      const pod = await change(id, columns, expectedGeneration);
      await db.insert(podRevisions).values({ podId: id, tenantId: pod.tenantId, generation: pod.generation, actor, ...columns });
      return pod;
    },
    setDesired: (id, desired, keepData, expectedGeneration, wakeAt = null) => {
      const isAsleep = desired === "sleeping";
      const sleep = { sleptAt: isAsleep ? sql`now()` : null, wakeAt: isAsleep && wakeAt !== null ? new Date(wakeAt) : null };
      return change(id, { desired, ...sleep, ...(keepData !== undefined && { keepData }) }, expectedGeneration);
    },
    restart: (id) => change(id, { restarts: sql`${pods.restarts} + 1` }),
    ...podHold(tx, getById),
    revisions: async (id) => {
      const rows = await db.select().from(podRevisions).where(eq(podRevisions.podId, id)).orderBy(asc(podRevisions.generation));
      return rows.map(({ generation, spec, templateName, templateVersion, inputs, actor, createdAt }) => ({
        generation,
        spec,
        template: templateOf(templateName, templateVersion),
        inputs,
        actor,
        at: createdAt.toISOString(),
      }));
    },

    facts: (ids) => factsOf(tx, ids),
    ...podLease(tx),
    ...podTombstone(tx),
  };
}
