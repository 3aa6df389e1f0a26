import type { Json } from "@agentpod/core/operation";

export const upgradeResults = ["upgraded", "rolled_back", "failed", "changed", "not_begun"] as const;

export interface UpgradeOutcome {
  pod: string;
  from: number;
  to: number;
  outcome: (typeof upgradeResults)[number];
  message: string;
}

/** What came of each pod of an upgrade, as its output tells it; nothing where there is no such output. */
export function upgradeOutcomes(output: Json): UpgradeOutcome[] {
  const pods = typeof output === "object" && output !== null && "pods" in output ? output.pods : null;
  return Array.isArray(pods) ? pods.flatMap(outcomeOf) : [];
}

function outcomeOf(value: Json): UpgradeOutcome[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const { pod, from, to, message } = value;
  const outcome = upgradeResults.find((one) => one === value.outcome);
  if (typeof pod !== "string" || typeof from !== "number" || typeof to !== "number" || outcome === undefined) return [];
  return [{ pod, from, to, outcome, message: typeof message === "string" ? message : "" }];
}
