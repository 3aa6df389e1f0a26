import type { PodView } from "@agentpod/core/api/pod-view";

export type StageState = "done" | "current" | "waiting" | "failed";

const stages = ["admitted", "prepared", "started", "ready"] as const;

export interface Stage {
  id: (typeof stages)[number];
  state: StageState;
}

/** How far a new pod is: which stages are behind it, and the one that it is at or failed in. */
export function agentStages({ conditions, units, phase, health }: Pick<PodView, "conditions" | "units" | "phase" | "health">): Stage[] {
  const isTrue = (type: string): boolean => conditions.some((one) => one.type === type && one.status === "true");
  const isReady = phase === "running" && health !== "unhealthy" && health !== "starting";
  const isStarted = isReady || (units.length > 0 && units.every(({ state }) => state === "running"));
  const isPrepared = isStarted || isTrue("Prepared");
  const done = { admitted: isPrepared || isTrue("Admitted"), prepared: isPrepared, started: isStarted, ready: isReady };
  const current = stages.find((id) => !done[id]);
  const hasFailed = ["failing", "degraded"].includes(phase) || (phase === "running" && health === "unhealthy");
  return stages.map((id) => ({ id, state: done[id] ? "done" : id !== current ? "waiting" : hasFailed ? "failed" : "current" }));
}
