import type { Action } from "./action.ts";
import type { PodSnapshot } from "./snapshot.ts";
import type { PodStatus } from "./status.ts";

type Observed = NonNullable<PodSnapshot["observed"]>;

/** Takes over a container that is to be the pod's and is not in our hands yet. */
export function planAdoption(snapshot: PodSnapshot, observed: Observed): Action[] {
  const { adoption } = snapshot.facts;
  if (!adoption || adoption.isReleasing || !observed.units.some((unit) => unit.adoption === "pending")) return [];
  return [{ kind: "adopt-unit", unit: adoption }];
}

/** Whether a container that was taken over has been well since: until then it is its probe that may be wrong, and it is left alone. */
export function isProven({ conditions }: Pick<PodStatus, "conditions">): boolean {
  return conditions.some(({ type, reason }) => type === "Adopted" && reason === "AsFound");
}

/** Gives the container back where that was asked for; null: its instances end as those of any pod. */
export function planRelease(snapshot: PodSnapshot, observed: Observed): Action[] | null {
  const { adoption } = snapshot.facts;
  if (!adoption?.isReleasing) return null;
  return observed.units.some((unit) => unit.adoption !== undefined) ? [{ kind: "release-unit", unit: adoption }] : [];
}
