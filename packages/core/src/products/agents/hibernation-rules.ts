import type { Issue } from "../../errors.ts";
import type { PodSpec } from "../../pod-spec.ts";
import { type AgentChannel, enabledChannels } from "./channel-catalog.ts";
import { type ConfigRecord, isConfigRecord } from "./config-record.ts";
import { wholeConfig } from "./live-config.ts";

/** The input of an agent's template that says after how many seconds without traffic it hibernates. */
export const hibernateInput = "hibernateAfterSeconds";

/** Below this a pod cannot be put to sleep. */
export const shortestIdleSeconds = 30;

/** Why an agent with this channel can't hibernate, as a sentence; null: messages arrive at its page's address, which wakes it. */
export function hibernationObstacle(channel: AgentChannel, settings: ConfigRecord): string | null {
  const accounts = isConfigRecord(settings.accounts) ? Object.values(settings.accounts).filter(isConfigRecord) : [];
  const all = accounts.length === 0 ? [settings] : accounts.map((account) => ({ ...settings, ...account }));
  const awake = all.filter(({ enabled }) => enabled !== false).map((one) => channel.reach(one));
  switch (awake.find((reach) => reach !== "webhook")) {
    case undefined:
      return null;
    case "polling":
      return `${channel.title} is asked for new messages by the agent itself, so that none would arrive while it sleeps.`;
    case "socket":
      return `${channel.title} delivers over a connection that the agent keeps open, so that no message would arrive while it sleeps.`;
    case "port":
      return `${channel.title} delivers to a port of its own, to which no route leads, so that no message would wake the agent.`;
  }
}

/** What keeps an agent with this configuration from hibernating: the channels that are switched on and could not wake it. */
export function hibernationIssues(config: ConfigRecord, path: string): Issue[] {
  return obstacles(config).map((obstacle) => ({ path, expected: `0, for never. ${obstacle}` }));
}

/** The same of a pod's spec as it is, for a pod that its owner wants to sleep. */
export function sleepObstacles({ units }: Pick<PodSpec, "units">): string[] {
  return units.flatMap(({ probe, env }) => (probe?.kind === "agent" ? obstacles(wholeConfig(env)) : []));
}

function obstacles(config: ConfigRecord): string[] {
  const parts = isConfigRecord(config.channels) ? config.channels : {};
  return enabledChannels(config).flatMap((channel) => hibernationObstacle(channel, parts[channel.id] as ConfigRecord) ?? []);
}
