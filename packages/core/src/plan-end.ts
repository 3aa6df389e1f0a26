import type { Action } from "./action.ts";
import { planRelease } from "./plan-adopt.ts";
import { drainMs } from "./plan-old-units.ts";
import { planRoutes } from "./plan-routes.ts";
import type { PodView } from "./pod-view.ts";
import type { PodSnapshot } from "./snapshot.ts";

/** Towards a stopped or sleeping pod: routes say so, runs end; instances, logs and volumes stay. */
export function planStop(snapshot: PodSnapshot, view: PodView, now: Date): Action[] {
  const running = [...view.units.flatMap((unit) => [...(unit.current ? [unit.current] : []), ...unit.old]), ...view.strays].filter(
    (o) => o.state === "running",
  );
  const isSleep = snapshot.facts.pod.desired === "sleeping";
  // Nobody asked for its end just now: what is still open may end first, and who comes meanwhile wakes it again.
  const isAwaited = isSleep && running.some((o) => drainMs(snapshot, o, now) > 0);
  const grace = (name: string) => view.units.find((unit) => unit.spec.name === name)?.spec.stopGraceSeconds ?? 10;
  return [
    ...planRoutes(snapshot, view, now),
    // Those that depend on others end first.
    ...(isAwaited ? [] : running.reverse()).map(
      (o): Action => ({
        kind: "stop-unit",
        id: o.id,
        graceSeconds: grace(o.id.unit),
        reason: isSleep ? "put to sleep" : "stopped on request",
      }),
    ),
  ];
}

/** Towards nothing: routes, instances, volumes, network, row; in an order in which a crash leaves nothing that is not found again. */
export function planDelete(snapshot: PodSnapshot, observed: NonNullable<PodSnapshot["observed"]>): Action[] {
  const { pod, routes } = snapshot.facts;
  const release = planRelease(snapshot, observed);
  const grace = (name: string) => pod.spec.units.find((unit) => unit.name === name)?.stopGraceSeconds ?? 10;
  return [
    ...(routes.length > 0 ? [{ kind: "drop-routes" as const }, { kind: "serve-routes" as const }] : []),
    ...(release ?? []),
    ...[...observed.units]
      .reverse()
      .filter((o) => release === null || o.adoption === undefined)
      .map((o): Action => ({ kind: "remove-unit", id: o.id, graceSeconds: grace(o.id.unit), reason: "deleted" })),
    ...(pod.keepData ? [] : observed.volumes.map((volume): Action => ({ kind: "remove-volume", volume }))),
    ...(observed.prepared ? [{ kind: "remove-pod" as const }] : []),
    { kind: "forget" },
  ];
}
