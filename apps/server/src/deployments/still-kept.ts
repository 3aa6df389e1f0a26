import type { Deployment } from "@agentpod/core/deployment";
import type { Store } from "@agentpod/core/store";

/** Of these the ones that the pod can go back to: of others a clean-up has let go what they ran from. Empty where nothing serves. */
export async function stillKept(
  store: Pick<Store, "pods">,
  records: readonly Deployment[],
  serving: Pick<Deployment, "podId"> | null,
): Promise<Deployment[]> {
  if (serving === null || serving.podId === null) return [];
  const kept = new Set((await store.pods.revisions(serving.podId)).map(({ generation }) => generation));
  return records.filter(({ generation }) => generation !== null && kept.has(generation));
}
