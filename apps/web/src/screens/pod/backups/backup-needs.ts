import type { PodView } from "@agentpod/core/api/pod-view";

/** What a backup of a pod would copy, by the ways its spec names: nothing, or all while it runs, or only while it stands still. */
export function backupNeeds({ spec }: Pick<PodView, "spec">): "nothing" | "running" | "standing" {
  const ways = spec.units.flatMap((unit) => unit.volumes.map(({ backup }) => backup?.how ?? "stop")).filter((how) => how !== "none");
  if (ways.length === 0) return "nothing";
  return ways.includes("stop") ? "standing" : "running";
}
