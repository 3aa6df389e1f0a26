import type { AppError, Issue } from "./errors.ts";
import type { Pod } from "./pod.ts";
import { podLabel } from "./pod.ts";
import { volumesToCopy } from "./volumes-to-copy.ts";

/** `current`: it has the version already. `skip`: it has no version to go by. `refused`: it cannot be upgraded as it is. */
export const upgradeActions = ["upgrade", "current", "skip", "refused"] as const;

/** What is done with one pod. */
export interface UpgradeLine {
  id: string;
  /** `<tenant>/<pod>`. */
  pod: string;
  template: string | null;
  from: number | null;
  to: number | null;
  action: (typeof upgradeActions)[number];
  reason: string;
  issues: Issue[];
  /** Its volumes are backed up first, and brought back with the old version. */
  withState: boolean;
}

/** A pod, the version it would get (null: there is none), and why that cannot be drafted (null: it can). */
export interface UpgradeCandidate {
  pod: Pod;
  to: number | null;
  refusal: AppError | null;
}

/** What an upgrade would do, in the order in which it would: pure, and nothing has changed yet. */
export function upgradePlan(candidates: readonly UpgradeCandidate[], keepsState: boolean): UpgradeLine[] {
  return candidates.map((candidate) => lineOf(candidate, keepsState)).sort((a, b) => (a.pod < b.pod ? -1 : a.pod > b.pod ? 1 : 0));
}

function lineOf({ pod, to, refusal }: UpgradeCandidate, keepsState: boolean): UpgradeLine {
  const about = { id: pod.id, pod: podLabel(pod), template: pod.template?.name ?? null, from: pod.template?.version ?? null, to };
  const line = { ...about, issues: [], withState: false };
  if (pod.desired === "deleted") return { ...line, action: "skip", reason: "It is being deleted." };
  if (pod.template === null) return { ...line, action: "skip", reason: "It was made from a spec, which has no versions." };
  if (to === null) return { ...line, action: "skip", reason: "Its template has no such version." };
  if (to === pod.template.version) return { ...line, action: "current", reason: "It has this version." };
  if (refusal !== null) return { ...line, action: "refused", reason: refusal.message, issues: refusal.issues };
  return { ...line, action: "upgrade", reason: "", withState: keepsState && volumesToCopy(pod, false).volumes.length > 0 };
}

/** What is wrong with a plan, with the pod's name before each path: nothing of it may be begun then. */
export function refusedIssues(plan: readonly UpgradeLine[]): Issue[] {
  return plan
    .filter(({ action }) => action === "refused")
    .flatMap(({ pod, reason, issues }) =>
      issues.length > 0 ? issues.map((issue) => ({ ...issue, path: `${pod} ${issue.path}` })) : [{ path: pod, expected: reason }],
    );
}
