import type { PodSummary } from "@agentpod/core/api/pod-view";
import type { Shape } from "../ui/mark.tsx";

/** How a pod does, in four words: it serves, it is on its way, it rests as asked, or somebody must look. */
export type Standing = "fine" | "moving" | "resting" | "attention";

const byPhase: Record<string, { standing: Standing; shape: Shape }> = {
  pending: { standing: "moving", shape: "half" },
  preparing: { standing: "moving", shape: "half" },
  starting: { standing: "moving", shape: "half" },
  running: { standing: "fine", shape: "full" },
  degraded: { standing: "attention", shape: "cross" },
  failing: { standing: "attention", shape: "cross" },
  stopping: { standing: "moving", shape: "half" },
  sleeping: { standing: "resting", shape: "moon" },
  stopped: { standing: "resting", shape: "ring" },
  succeeded: { standing: "fine", shape: "full" },
  deleting: { standing: "moving", shape: "half" },
  unknown: { standing: "attention", shape: "dashed" },
};

export const phases = Object.keys(byPhase);

export function podState(pod: Pick<PodSummary, "phase" | "health">): { standing: Standing; shape: Shape } {
  if (pod.phase === "running" && pod.health === "unhealthy") return { standing: "attention", shape: "cross" };
  if (pod.phase === "running" && pod.health === "starting") return { standing: "moving", shape: "half" };
  return byPhase[pod.phase] ?? { standing: "attention", shape: "dashed" };
}
