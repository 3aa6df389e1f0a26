import type { Action } from "./action.ts";
import type { PodSnapshot } from "./snapshot.ts";

type Observed = NonNullable<PodSnapshot["observed"]>;

/** Takes over a container that is to be the pod's and is not in our hands yet. */
export function planAdoption(snapshot: PodSnapshot, observed: Observed): Action[] {
  const { adoption } = snapshot.facts;
  if (!adoption || adoption.isReleasing || !observed.units.some((unit) => unit.adoption === "pending")) return [];
  return [{ kind: "adopt-unit", unit: adoption }];
}

/** Gives the container back where that was asked for; null: its instances end as those of any pod. */
export function planRelease(snapshot: PodSnapshot, observed: Observed): Action[] | null {
  const { adoption } = snapshot.facts;
  if (!adoption?.isReleasing) return null;
  return observed.units.some((unit) => unit.adoption !== undefined) ? [{ kind: "release-unit", unit: adoption }] : [];
}
