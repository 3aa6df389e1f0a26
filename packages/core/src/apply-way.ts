import { hashOf } from "./hash.ts";
import type { Pod } from "./pod.ts";
import type { UnitSpec } from "./pod-spec.ts";
import { fixedPart, instanceContent, livePart, secretVersions } from "./unit-content.ts";

/** How a change reaches a pod: `live`, its running units are told; `restart`, one of them at least is made anew; `later`, when it runs again. */
export const applyWays = ["nothing", "live", "restart", "later"] as const;
export type ApplyWay = (typeof applyWays)[number];

interface Wanted {
  pod: Pick<Pod, "spec" | "restarts" | "desired" | "volumeCopies">;
  /** Versions by name. */
  secrets: Record<string, number>;
}

/** What a change makes of the instances of a pod, provided that units which may be told take it. */
export function applyWay(before: Wanted, after: Wanted): ApplyWay {
  const [was, is] = [before, after].map((one) => hashOf([one.pod.spec.egress, one.pod.restarts, fixedContents(one)]));
  const isFixedSame = was === is;
  if (isFixedSame && hashOf(liveContents(before)) === hashOf(liveContents(after))) return "nothing";
  if (after.pod.desired !== "running") return "later";
  return isFixedSame ? "live" : "restart";
}

const contentOf = (unit: UnitSpec, secrets: Wanted["secrets"]): unknown[] => [
  unit.name,
  instanceContent(unit),
  secretVersions(unit, secrets),
];

const fixedContents = ({ pod, secrets }: Wanted): unknown[] => pod.spec.units.map((unit) => contentOf(fixedPart(unit), secrets));

const liveContents = ({ pod, secrets }: Wanted): unknown[] =>
  pod.spec.units.flatMap((unit) => {
    const part = livePart(unit);
    return part === null ? [] : [contentOf(part, secrets)];
  });
