import type { PodView } from "@agentpod/core/api/pod-view";
import { databaseUnitsOf } from "@agentpod/core/database-unit";

export const podTabs = [
  "overview",
  "agent",
  "config",
  "routes",
  "revisions",
  "environment",
  "logs",
  "terminal",
  "files",
  "database",
  "backups",
  "metrics",
  "events",
] as const;

export type PodTab = (typeof podTabs)[number];

/** Whether a pod has use for a tab: agents alone have those of agents, and what has no database needs no page for it. Of one that is not known yet: those of every pod. */
export function hasTab(pod: Pick<PodView, "product" | "spec"> | undefined, tab: PodTab): boolean {
  if (tab === "agent" || tab === "config") return pod?.product === "agent";
  return tab !== "database" || (pod !== undefined && databaseUnitsOf(pod.spec).length > 0);
}

export interface PodTabProps {
  pod: PodView;
}
