import type { Action } from "./action.ts";
import { planRoutes } from "./plan-routes.ts";
import type { PodView } from "./pod-view.ts";
import type { PodSnapshot } from "./snapshot.ts";

/** Towards a stopped pod: routes say so, runs end; instances, logs and volumes stay. */
export function planStop(snapshot: PodSnapshot, view: PodView, now: Date): Action[] {
  const running = [...view.units.flatMap((unit) => [...(unit.current ? [unit.current] : []), ...unit.old]), ...view.strays].filter(
    (o) => o.state === "running",
  );
  const grace = (name: string) => view.units.find((unit) => unit.spec.name === name)?.spec.stopGraceSeconds ?? 10;
  return [
    ...planRoutes(snapshot, view, now),
    // Those that depend on others end first.
    ...running
      .reverse()
      .map((o): Action => ({ kind: "stop-unit", id: o.id, graceSeconds: grace(o.id.unit), reason: "stopped on request" })),
  ];
}

/** Towards nothing: routes, instances, volumes, network, row; in an order in which a crash leaves nothing that is not found again. */
export function planDelete(snapshot: PodSnapshot, observed: NonNullable<PodSnapshot["observed"]>): Action[] {
  const { pod, routes } = snapshot.facts;
  const grace = (name: string) => pod.spec.units.find((unit) => unit.name === name)?.stopGraceSeconds ?? 10;
  return [
    ...(routes.length > 0 ? [{ kind: "drop-routes" as const }, { kind: "serve-routes" as const }] : []),
    ...[...observed.units]
      .reverse()
      .map((o): Action => ({ kind: "remove-unit", id: o.id, graceSeconds: grace(o.id.unit), reason: "deleted" })),
    ...(pod.keepData ? [] : observed.volumes.map((volume): Action => ({ kind: "remove-volume", volume }))),
    ...(observed.prepared ? [{ kind: "remove-pod" as const }] : []),
    { kind: "forget" },
  ];
}
