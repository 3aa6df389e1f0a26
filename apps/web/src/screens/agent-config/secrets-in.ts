import type { SetAgentConfigRequest } from "@agentpod/core/api/agent-config-view";

/** The secrets that a change sets, by their inputs' names and never their values. `known`: names of the pod's secrets. */
export function secretsIn({ inputs = {} }: SetAgentConfigRequest, known: readonly string[]): { name: string; isGone: boolean }[] {
  return Object.entries(inputs)
    .filter(([name]) => known.includes(name))
    .map(([name, value]) => ({ name, isGone: value === "" || value === null }));
}
