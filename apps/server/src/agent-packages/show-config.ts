import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import { type AgentFacts, agentFacts } from "@agentpod/core/products/agents/agent-facts";
import { channelsOf, enabledChannels } from "@agentpod/core/products/agents/channel-catalog";
import { agentConfig, parseOverrides } from "@agentpod/core/products/agents/complete-agent";
import { isConfigRecord } from "@agentpod/core/products/agents/config-record";
import { hibernationObstacle } from "@agentpod/core/products/agents/hibernation-rules";
import type { Store } from "@agentpod/core/store";

/** The package that a pod is made from. Throws `invalid` for a pod that is no agent of one. */
export async function factsOfPod(store: Pick<Store, "templates">, pod: Pod): Promise<AgentFacts> {
  const version = pod.template && (await store.templates.get(pod.tenantId, pod.template.name, pod.template.version));
  if (version?.template.product?.name !== "agent")
    throw new AppError("invalid", `${pod.tenant}/${pod.name} is made from no agent package.`);
  return agentFacts.parse(version.template.product.facts);
}

/** An agent's configuration as its package, its inputs and nothing else make it. Of `secrets` only names are shown. */
export function showConfig(pod: Pod, facts: AgentFacts, secrets: Record<string, string>): AgentConfigView {
  const { inputs } = pod;
  const overrides = parseOverrides(inputs.config);
  const config = agentConfig(facts, inputs, overrides);
  const on = enabledChannels(config).map(({ id }) => id);
  const parts = isConfigRecord(config.channels) ? config.channels : {};
  const text = (name: string) => String(inputs[name] ?? "");
  return {
    generation: pod.generation,
    package: pod.template ?? { name: "", version: 0 },
    agentVersion: facts.version,
    llm: {
      baseUrl: text("llmBaseUrl"),
      api: text("llmApi"),
      model: text("llmModel"),
      contextWindow: Number(inputs.llmContextWindow ?? 0),
      maxTokens: Number(inputs.llmMaxTokens ?? 0),
    },
    channels: channelsOf(facts.channels).map((channel) => {
      const { id, title, verified, secrets, login } = channel;
      const settings = isConfigRecord(parts[id]) ? parts[id] : {};
      return {
        id,
        title,
        verified,
        enabled: on.includes(id),
        secrets: Object.keys(secrets),
        config: settings,
        login,
        keepsAwake: hibernationObstacle(channel, settings),
      };
    }),
    hibernateAfterSeconds: pod.spec.idle?.sleepAfterSeconds ?? 0,
    storedSecrets: Object.keys(secrets)
      .filter((name) => secrets[name] !== "")
      .sort(),
    overrides,
    allow: facts.allow,
    config,
  };
}
