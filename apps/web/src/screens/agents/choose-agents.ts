import type { PodSummary } from "@agentpod/core/api/pod-view";
import { agentStanding, channelsOf } from "./agent-standing.ts";

/** An agent, with what is known of it besides its pod. */
export interface Agent {
  pod: PodSummary;
  /** A version that it could be upgraded to. */
  newer: number | null;
}

/** What is looked for: how it does, or that there is a newer version; empty: all. */
export const agentViews = ["", "attention", "fine", "moving", "resting", "newer"] as const;
export type AgentView = (typeof agentViews)[number];

export interface AgentGroup {
  tenant: string;
  agents: Agent[];
}

/** Whether an agent belongs to a view. */
export const isIn = (view: AgentView, { pod, newer }: Agent): boolean =>
  view === "" || (view === "newer" ? newer !== null : agentStanding(pod) === view);

/** Every word must be found: in its names, its package, or a messenger and how that does. */
export function matches(text: string, { pod }: Agent): boolean {
  const channels = channelsOf(pod).map(({ label, account, state, message }) => `${label} ${account} ${state} ${message}`);
  const hay = `${pod.tenant}/${pod.name} ${pod.template?.name ?? ""} ${pod.phase} ${channels.join(" ")}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

/** By customer, those in trouble first within each. */
export function groupAgents(agents: readonly Agent[]): AgentGroup[] {
  const groups = new Map<string, Agent[]>();
  for (const agent of agents) groups.set(agent.pod.tenant, [...(groups.get(agent.pod.tenant) ?? []), agent]);
  return [...groups]
    .map(([tenant, own]) => ({ tenant, agents: own.sort((a, b) => trouble(a) - trouble(b) || compare(a.pod.name, b.pod.name)) }))
    .sort((a, b) => compare(a.tenant, b.tenant));
}

const trouble = ({ pod }: Agent): number => (agentStanding(pod) === "attention" ? 0 : 1);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
