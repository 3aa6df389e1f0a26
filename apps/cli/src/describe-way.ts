import type { PodView } from "@agentpod/core/api/pod-view";

/** What a change does to what runs, in words; nothing where the answer does not say. */
export function describeWay(applies: PodView["applies"]): string[] {
  switch (applies) {
    case "live":
      return ["Applied without a restart."];
    case "restart":
      return ["Applied by a restart."];
    case "later":
      return ["Applied at the next start."];
    case "nothing":
      return ["Nothing of what runs changes."];
    case undefined:
      return [];
  }
}
