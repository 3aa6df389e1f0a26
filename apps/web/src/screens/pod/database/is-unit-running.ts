import type { PodSummary } from "@agentpod/core/api/pod-view";

/** Whether a unit of a pod runs, so that its database can be asked. */
export const isUnitRunning = ({ units }: Pick<PodSummary, "units">, name: string): boolean =>
  units.some((unit) => unit.name === name && unit.state === "running");
