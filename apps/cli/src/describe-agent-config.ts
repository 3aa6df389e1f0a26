import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import { plainTable } from "./render-table.ts";

/** An agent's configuration for people. */
export function describeAgentConfig(view: AgentConfigView): string {
  const { llm, channels, overrides, allow } = view;
  const rows = channels.map(({ id, enabled, verified, config }) => [
    id,
    enabled ? "on" : "off",
    verified ? "" : "not verified",
    JSON.stringify(config),
  ]);
  return [
    `Package     ${view.package.name}@${view.package.version} on ${view.agentVersion}`,
    `Model       ${llm.model || "none yet: agentpod pod config set … --model <name>"}`,
    `API         ${llm.baseUrl || "AgentPod's LLM proxy"} (${llm.api})`,
    `May be set  ${allow.join(", ") || "nothing"}`,
    `Set here    ${JSON.stringify(overrides)}`,
    "",
    rows.length === 0 ? "It has no channels." : plainTable({ head: ["CHANNEL", "STATE", "", "SETTINGS"], rows }),
  ].join("\n");
}
