import type { PodView } from "@agentpod/core/api/pod-view";

export const podTabs = ["overview", "routes", "revisions", "environment", "logs", "terminal", "files", "metrics", "events"] as const;

export interface PodTabProps {
  pod: PodView;
}
