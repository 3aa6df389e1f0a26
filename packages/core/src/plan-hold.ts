import type { Action } from "./action.ts";
import { isDue } from "./plan-backoff.ts";
import { planRoutes } from "./plan-routes.ts";
import { planAllocations } from "./plan-run.ts";
import { lacksNumber, type PodView, podFailure } from "./pod-view.ts";
import type { PodSnapshot } from "./snapshot.ts";

/**
 * Towards a pod that stands still with its data at hand: all runs end, and each unit with volumes has its instance, made and not
 * started, through which they are read and written.
 */
export function planHold(snapshot: PodSnapshot, observed: NonNullable<PodSnapshot["observed"]>, view: PodView, now: Date): Action[] {
  const { pod } = snapshot.facts;
  const all = [...view.units.flatMap((unit) => [...(unit.current ? [unit.current] : []), ...unit.old]), ...view.strays];
  const running = all.filter((o) => o.state === "running");
  const grace = (name: string) => view.units.find((unit) => unit.spec.name === name)?.spec.stopGraceSeconds ?? 10;
  if (running.length > 0)
    return [
      ...planRoutes(snapshot, view, now),
      ...running.reverse().map(
        (o): Action => ({
          kind: "stop-unit",
          id: o.id,
          graceSeconds: grace(o.id.unit),
          reason: "its data is copied or brought back",
        }),
      ),
    ];
  const lacking = view.units.filter(({ spec, current }) => spec.volumes.length > 0 && current === null);
  if (lacking.length === 0 || lacksNumber(view) || !isDue(podFailure(pod), now)) return planRoutes(snapshot, view, now);
  return [
    ...planRoutes(snapshot, view, now),
    ...planAllocations(snapshot, view),
    ...(observed.prepared ? [] : [{ kind: "prepare-pod" as const, scope: view.scope }]),
    ...lacking.flatMap(({ run }): Action[] => {
      if (!run) return [];
      const missing = run.volumes
        .map(({ id }) => id)
        .filter((id) => !observed.volumes.some((v) => v.unit === id.unit && v.volume === id.volume));
      return [
        { kind: "prepare-image", run },
        ...missing.map((volume): Action => ({ kind: "ensure-volume", volume, scope: view.scope })),
        { kind: "create-unit", run },
      ];
    }),
  ];
}
