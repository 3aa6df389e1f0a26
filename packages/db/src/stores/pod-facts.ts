import type { Allocation, PodFacts } from "@agentpod/core/store";
import { asc, inArray } from "drizzle-orm";
import { adoptions } from "../schema/adoptions.ts";
import { allocations } from "../schema/allocations.ts";
import { pods } from "../schema/pods.ts";
import { routes } from "../schema/routes.ts";
import { secrets } from "../schema/secrets.ts";
import type { Tx } from "../tenant-tx.ts";
import { selectAdoptions } from "./adoption-store.ts";
import { selectPods } from "./pod-row.ts";
import { routeColumns } from "./route-row.ts";

/** Five queries, whatever the number of pods; in the order of `list`. */
export async function factsOf(tx: Tx, ids: readonly string[] | null): Promise<PodFacts[]> {
  if (ids?.length === 0) return [];
  const { db } = tx;
  const list = ids === null ? null : [...ids];
  const rows = await selectPods(tx, list === null ? undefined : inArray(pods.id, list));
  const facts = new Map<string, PodFacts>(rows.map((pod) => [pod.id, { pod, allocations: [], routes: [], secrets: {} }]));

  const held = await db
    .select({ podId: allocations.podId, kind: allocations.kind, value: allocations.value, purpose: allocations.purpose })
    .from(allocations)
    .where(list === null ? undefined : inArray(allocations.podId, list))
    .orderBy(asc(allocations.kind), asc(allocations.value));
  for (const { podId, ...allocation } of held) facts.get(podId)?.allocations.push(allocation satisfies Allocation);

  const routed = await db
    .select({ podId: routes.podId, ...routeColumns })
    .from(routes)
    .where(list === null ? undefined : inArray(routes.podId, list))
    .orderBy(asc(routes.index));
  for (const { podId, ...route } of routed) facts.get(podId)?.routes.push(route);

  const named = await db
    .select({ podId: secrets.podId, name: secrets.name, revision: secrets.revision })
    .from(secrets)
    .where(list === null ? undefined : inArray(secrets.podId, list));
  for (const { podId, name, revision } of named) {
    const pod = facts.get(podId);
    if (pod) pod.secrets[name] = revision;
  }

  for (const adopted of await selectAdoptions(tx, list === null ? undefined : inArray(adoptions.podId, list))) {
    const of = facts.get(adopted.id.pod);
    if (of) of.adoption = adopted;
  }
  return [...facts.values()];
}
