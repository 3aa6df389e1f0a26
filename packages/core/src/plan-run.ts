import type { Action } from "./action.ts";
import { isProven, planAdoption } from "./plan-adopt.ts";
import { isDue } from "./plan-backoff.ts";
import { planOldUnits } from "./plan-old-units.ts";
import { planRoutes } from "./plan-routes.ts";
import { lacksNumber, type PodView, type UnitView } from "./pod-view.ts";
import { portOfPurpose } from "./ports-beside.ts";
import { portPurpose } from "./resolve-unit.ts";
import type { PodSnapshot } from "./snapshot.ts";
import type { Allocation } from "./store.ts";
import { copiesOf, nameOfCopy } from "./volume-copy.ts";

/** Towards a running pod: numbers, network, images, then routes, then instances, then what is no longer needed. */
export function planRun(snapshot: PodSnapshot, observed: NonNullable<PodSnapshot["observed"]>, view: PodView, now: Date): Action[] {
  if (lacksNumber(view)) return [];
  const starting = view.units.filter((unit) => unit.starts);
  const begun = starting.length > 0 && !observed.prepared;
  return [
    ...planAllocations(snapshot, view),
    ...(begun ? [{ kind: "prepare-pod" as const, scope: view.scope }] : []),
    ...planAdoption(snapshot, observed),
    ...starting.flatMap(prepareUnit),
    ...planRoutes(snapshot, view, now),
    ...starting.flatMap((unit) => startUnit(observed, view, unit)),
    ...view.units.flatMap((unit) => stopUnhealthy(snapshot, unit)),
    ...view.units.flatMap((unit) => tellSettings(unit, now)),
    ...planOldUnits(snapshot, view, now),
    ...dropOldCopies(snapshot, observed, view),
  ];
}

/** Copies of volumes that count no more, once everything has come up with those that do. */
function dropOldCopies({ facts: { pod } }: PodSnapshot, observed: NonNullable<PodSnapshot["observed"]>, view: PodView): Action[] {
  const isRunning = pod.status.phase === "running" && pod.status.observedGeneration === pod.generation;
  const isUp = isRunning && view.strays.length === 0 && view.units.every((unit) => unit.isReady && unit.old.length === 0);
  if (!isUp) return [];
  return view.units.flatMap(({ spec, run }) =>
    spec.volumes.flatMap(({ name }) => {
      const ofThis = copiesOf(spec.name, name, observed.volumes).map((copy) => nameOfCopy(name, copy));
      const used = run?.volumes.map(({ id }) => id.volume) ?? ofThis;
      return ofThis
        .filter((volume) => !used.includes(volume))
        .map((volume): Action => ({ kind: "remove-volume", volume: { pod: pod.id, unit: spec.name, volume } }));
    }),
  );
}

/** What can be done while the old still serves. An engine makes an absent volume as it likes: with volumes, nothing is made ahead. */
function prepareUnit({ run, current, spec }: UnitView): Action[] {
  if (!run || current) return [];
  return [{ kind: "prepare-image", run }, ...(spec.volumes.length === 0 ? [{ kind: "create-unit" as const, run }] : [])];
}

function startUnit(observed: NonNullable<PodSnapshot["observed"]>, view: PodView, unit: UnitView): Action[] {
  const { run, current } = unit;
  if (!run) return [];
  const missing = run.volumes
    .map(({ id }) => id)
    .filter((volume) => !observed.volumes.some((v) => v.unit === volume.unit && v.volume === volume.volume));
  const remove = (id: typeof run.id, reason: string): Action => ({
    kind: "remove-unit",
    id,
    graceSeconds: unit.spec.stopGraceSeconds,
    reason,
  });
  return [
    // Old and new of a replaced unit never run at once: they share a name, a volume or a port.
    ...(unit.rollout === "replace" ? unit.old.map((old) => remove(old.id, "replaced")) : []),
    // The instance was made with a port that a stranger holds.
    // One that was taken over is never given up for that: it waits until the port is free.
    ...(current && !current.adoption && unit.failure?.reason === "conflict" ? [remove(current.id, "its port was taken")] : []),
    ...missing.map((volume): Action => ({ kind: "ensure-volume", volume, scope: view.scope })),
    { kind: "ensure-unit", run },
  ];
}

/** A running unit is told what has changed, where it can be. */
function tellSettings({ live, run, telling, failure }: UnitView, now: Date): Action[] {
  if (live !== "due" || run === null || telling === null || !isDue(failure, now)) return [];
  return [{ kind: "apply-live", run, ...telling }];
}

/** An unhealthy run is ended; the next look finds it exited and starts it again when its time has come. */
function stopUnhealthy(snapshot: PodSnapshot, unit: UnitView): Action[] {
  const { current, failure } = unit;
  if (current?.adoption && !isProven(snapshot.facts.pod.status)) return [];
  if (current?.state !== "running" || failure?.reason !== "unhealthy" || failure.runId !== current.runId || unit.health !== "unhealthy")
    return [];
  return [{ kind: "stop-unit", id: current.id, graceSeconds: unit.spec.stopGraceSeconds, reason: "unhealthy" }];
}

/** Numbers that were given up are released, new ones taken. */
export function planAllocations(snapshot: PodSnapshot, view: PodView): Action[] {
  const { allocations } = snapshot.facts;
  const { all, added } = view.allocated;
  const isHeld = (a: Allocation) => all.some((b) => b.kind === a.kind && b.value === a.value && b.purpose === a.purpose);
  return [
    ...allocations.filter((a) => !isHeld(a) || isUnused(view, a)).map((allocation): Action => ({ kind: "release", allocation })),
    ...added.map((allocation): Action => ({ kind: "allocate", allocation })),
  ];
}

/** A port that neither a wanted instance nor one that is still there holds. */
function isUnused(view: PodView, { kind, purpose }: Allocation): boolean {
  if (kind !== "port") return false;
  const [name = "", revision, port] = purpose.split("/");
  const itself = portOfPurpose(purpose);
  const unit = view.units.find((u) => u.spec.name === name);
  if (!unit) return !view.strays.some((stray) => stray.id.unit === name);
  const isWanted = unit.spec.ports.some((p) => portPurpose(name, unit.revision, p.name, unit.rollout) === itself);
  // A purpose without a revision may be held by any older instance.
  return !isWanted && !unit.old.some((old) => port === undefined || old.id.revision === revision);
}
