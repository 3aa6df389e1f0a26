import { type ApplyWay, applyWay } from "@agentpod/core/apply-way";
import type { PodDraft } from "@agentpod/core/draft-pod";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";

/** Makes a change of a pod, and tells how it reaches what runs of it. */
export async function wayOfChange(store: Store, pod: Pod, change: () => Promise<Pod>): Promise<{ updated: Pod; applies: ApplyWay }> {
  const before = { pod, secrets: await secretsOf(store, pod) };
  const updated = await change();
  return { updated, applies: applyWay(before, { pod: updated, secrets: await secretsOf(store, updated) }) };
}

/** The same of a change that is not made. */
export async function wayOfDraft(store: Store, pod: Pod, draft: Pick<PodDraft, "spec" | "secrets">): Promise<ApplyWay> {
  const secrets = await secretsOf(store, pod);
  const given = Object.fromEntries(Object.keys(draft.secrets).map((name) => [name, (secrets[name] ?? 0) + 1]));
  return applyWay({ pod, secrets }, { pod: { ...pod, spec: draft.spec }, secrets: { ...secrets, ...given } });
}

async function secretsOf(store: Store, { id }: Pod): Promise<Record<string, number>> {
  const [facts] = await store.pods.facts([id]);
  return facts?.secrets ?? {};
}
