import type { PodView } from "@agentpod/core/api/pod-view";

export const podTabs = ["overview", "routes", "revisions", "environment", "logs", "terminal", "metrics", "events"] as const;

export interface PodTabProps {
  pod: PodView;
}
