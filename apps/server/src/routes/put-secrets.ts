import type { PodSpec } from "@agentpod/core/pod-spec";
import { channelSecretInputs } from "@agentpod/core/products/agents/channel-catalog";
import { gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import type { Store } from "@agentpod/core/store";

/** Stores secrets of a pod. Throws `conflict` where another agent has one of its messengers' tokens: both would ask with it, and lose messages. */
export async function putSecrets(store: Store, pod: string, spec: PodSpec, secrets: Record<string, string>): Promise<void> {
  const isAgent = gatewayUnit(spec) !== null;
  for (const [name, value] of Object.entries(secrets))
    await store.secrets.put(pod, name, value, { sole: isAgent && channelSecretInputs.has(name) });
}
