import type { Action } from "./action.ts";
import type { PodView } from "./pod-view.ts";
import type { PodSnapshot } from "./snapshot.ts";

type Observed = NonNullable<PodSnapshot["observed"]>;

/** Takes over a container that is to be the pod's and is not in our hands yet: no restart policy of its own, our network, our name. */
export function planAdoption(snapshot: PodSnapshot, observed: Observed, view: PodView): Action[] {
  const { adoption } = snapshot.facts;
  if (!adoption || adoption.isReleasing || !observed.units.some((unit) => unit.adoption === "pending")) return [];
  return [{ kind: "adopt-unit", unit: adoption, scope: view.scope }];
}

/** Gives the container back where that was asked for; null: its instances end as those of any pod. */
export function planRelease(snapshot: PodSnapshot, observed: Observed): Action[] | null {
  const { adoption } = snapshot.facts;
  if (!adoption?.isReleasing) return null;
  return observed.units.some((unit) => unit.adoption !== undefined) ? [{ kind: "release-unit", unit: adoption }] : [];
}
