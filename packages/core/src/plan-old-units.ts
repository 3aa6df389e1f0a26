import type { Action } from "./action.ts";
import { remainingMs } from "./plan-backoff.ts";
import { ignoresOpenPages } from "./plan-idle.ts";
import { upstreamId } from "./plan-routes.ts";
import { isToRun } from "./pod.ts";
import type { PodView, UnitView } from "./pod-view.ts";
import type { ObservedUnit } from "./runtime.ts";
import type { PodSnapshot } from "./snapshot.ts";

/** Removal of instances that nothing reaches any more. */
export function planOldUnits(snapshot: PodSnapshot, view: PodView, now: Date): Action[] {
  const superseded = view.units.flatMap((unit) =>
    unit.old.filter(() => isSuperseded(snapshot, unit)).map((old) => ({ old, grace: unit.spec.stopGraceSeconds })),
  );
  const strays = view.strays.map((old) => ({ old, grace: 10 }));
  return [...superseded, ...strays]
    .filter(({ old }) => drainMs(snapshot, old, now) === 0)
    .map(({ old, grace }): Action => ({ kind: "remove-unit", id: old.id, graceSeconds: grace, reason: "replaced" }));
}

/** Overlapping: once the new is ready. Otherwise the old goes right before the new starts, which planRun does; what is left then was dead. */
function isSuperseded(snapshot: PodSnapshot, unit: UnitView): boolean {
  if (!isToRun(snapshot.facts.pod)) return unit.current !== null;
  return unit.isReady || (unit.rollout === "replace" && unit.current?.state === "running");
}

/** Milliseconds until an instance may go: 0 when no route serves it and it has no open exchange or has had its time; Infinity while it is served. */
export function drainMs(snapshot: PodSnapshot, old: ObservedUnit, now: Date): number {
  const { pod, routes } = snapshot.facts;
  const id = upstreamId(old);
  if (old.state !== "running") return 0;
  if (routes.some((route) => route.upstreams.some((upstream) => upstream.id === id))) return Number.POSITIVE_INFINITY;
  if (routes.length === 0) return 0;
  if (!snapshot.gateway) return Number.POSITIVE_INFINITY;
  const { servedVersion, load } = snapshot.gateway;
  if (routes.some((route) => servedVersion < route.version)) return Number.POSITIVE_INFINITY;
  const open = load[id];
  // What did not keep it awake does not hold up its sleep either.
  const isIgnoring = pod.desired === "sleeping" && ignoresOpenPages(pod);
  if (!open || open.requests + (isIgnoring ? 0 : open.upgraded) === 0) return 0;
  return Math.max(
    0,
    ...routes.map((route) => remainingMs(pod.status.routes[route.id]?.switchedAt ?? pod.createdAt, route.drainSeconds, now)),
  );
}
