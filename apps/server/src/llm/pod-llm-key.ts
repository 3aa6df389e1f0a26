import { llmKeySecret } from "@agentpod/core/llm/llm-key";
import type { Pod } from "@agentpod/core/pod";
import type { PodSpec } from "@agentpod/core/pod-spec";
import { referencedSecrets } from "@agentpod/core/render-unit";
import type { Store } from "@agentpod/core/store";
import { newLlmKey } from "./new-llm-key.ts";

/** Whether a spec names `{{ llm.key }}`. */
export const readsLlmKey = (spec: PodSpec): boolean => spec.units.some((unit) => referencedSecrets(unit).includes(llmKeySecret));

/** Gives a pod whose spec names `{{ llm.key }}` a key of its own, unless it has one that holds. */
export async function ensurePodLlmKey(store: Store, pod: Pick<Pod, "id" | "tenantId" | "name">, spec: PodSpec): Promise<void> {
  if (!readsLlmKey(spec)) return;
  const [facts] = await store.pods.facts([pod.id]);
  if (facts?.secrets[llmKeySecret] !== undefined && (await store.llmKeys.podHasKey(pod.id))) return;
  await givePodLlmKey(store, pod);
}

/** A new key for a pod, as its secret; what it had before is revoked. Gives the key's id. */
export async function givePodLlmKey(store: Store, pod: Pick<Pod, "id" | "tenantId" | "name">): Promise<string> {
  const { id, hash, text } = newLlmKey();
  await store.llmKeys.revokeOfPod(pod.id);
  await store.llmKeys.insert({ id, tenantId: pod.tenantId, podId: pod.id, name: pod.name, hash });
  await store.secrets.put(pod.id, llmKeySecret, text);
  return id;
}
