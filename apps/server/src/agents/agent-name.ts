import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";

/** As its package calls it; a pod without one has its own name. */
export async function agentName(store: Pick<Store, "templates">, pod: Pod): Promise<{ en: string; zh: string }> {
  if (pod.template === null) return { en: pod.name, zh: pod.name };
  const { template } = await store.templates.get(pod.tenantId, pod.template.name, pod.template.version);
  return template.title;
}
