import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import { plainTable } from "./render-table.ts";

/** An agent's configuration for people. */
export function describeAgentConfig(view: AgentConfigView): string {
  const { llm, channels, overrides, allow } = view;
  const rows = channels.map(({ id, enabled, verified, config, keepsAwake }) => [
    id,
    enabled ? "on" : "off",
    verified ? "" : "not verified",
    keepsAwake === null ? "may" : "no",
    JSON.stringify(config),
  ]);
  const obstacles = channels.flatMap(({ keepsAwake }) => keepsAwake ?? []);
  const hibernates = view.hibernateAfterSeconds === 0 ? "never" : `after ${view.hibernateAfterSeconds} s without traffic`;
  return [
    `Package     ${view.package.name}@${view.package.version} on ${view.agentVersion}`,
    `Model       ${llm.model || "none yet: agentpod pod config set … --model <name>"}`,
    `API         ${llm.baseUrl || "AgentPod's LLM proxy"} (${llm.api})`,
    `May be set  ${allow.join(", ") || "nothing"}`,
    `Set here    ${JSON.stringify(overrides)}`,
    `Hibernates  ${hibernates}`,
    "",
    rows.length === 0 ? "It has no channels." : plainTable({ head: ["CHANNEL", "STATE", "", "HIBERNATE", "SETTINGS"], rows }),
    ...(obstacles.length === 0 ? [] : ["", ...obstacles]),
  ].join("\n");
}
