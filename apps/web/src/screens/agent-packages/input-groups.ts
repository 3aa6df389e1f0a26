import { channelCatalog } from "@agentpod/core/products/agents/channel-catalog";
import type { TemplateInput } from "@agentpod/core/template";

export type Inputs = Record<string, TemplateInput>;

const model = ["llmModel", "llmBaseUrl", "llmApi", "llmKey", "llmContextWindow", "llmMaxTokens"];
const limits = ["memoryMb", "hibernateAfterSeconds"];
/** Made by AgentPod, or set in a form of its own. */
const hidden = ["gatewayToken", "config"];
const channelSecrets = channelCatalog.flatMap(({ secrets }) => Object.values(secrets));

/** An agent's inputs by what they are about, each in the order of the package. */
export function inputGroups(inputs: Inputs): { own: Inputs; model: Inputs; channels: Inputs; limits: Inputs } {
  const only = (isIn: (name: string) => boolean): Inputs => Object.fromEntries(Object.entries(inputs).filter(([name]) => isIn(name)));
  const known = [...model, ...limits, ...hidden, ...channelSecrets];
  return {
    own: only((name) => !known.includes(name)),
    model: Object.fromEntries(model.flatMap((name) => (inputs[name] === undefined ? [] : [[name, inputs[name]]]))),
    channels: only((name) => channelSecrets.includes(name)),
    limits: only((name) => limits.includes(name)),
  };
}
