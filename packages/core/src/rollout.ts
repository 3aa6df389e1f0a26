import { AppError } from "./errors.ts";
import type { PodSpec, UnitSpec } from "./pod-spec.ts";
import { referencedUnits } from "./render-unit.ts";

export type Rollout = "overlap" | "replace";

/**
 * How a changed unit takes over: `overlap` runs the new beside the old until the gateway has switched, `replace` stops
 * the old first. Only a service unit that routes alone reach, and that holds no exclusive volume, overlaps unasked.
 */
export function rolloutOf(unit: UnitSpec, spec: PodSpec): Rollout {
  if (unit.rollout === "replace" || overlapObstacle(unit, spec) !== null) return "replace";
  if (unit.rollout === "overlap") return "overlap";
  return spec.routes.some((route) => route.unit === unit.name) ? "overlap" : "replace";
}

/** Why old and new of this unit cannot run side by side, as a sentence part; null when they can. */
export function overlapObstacle(unit: UnitSpec, spec: PodSpec): string | null {
  if (spec.lifecycle === "task") return "a task runs once";
  const volume = unit.volumes.find((v) => v.access === "exclusive");
  if (volume) return `its volume "${volume.name}" is exclusive`;
  const user = spec.units.find((u) => u.name !== unit.name && (u.dependsOn.includes(unit.name) || referencedUnits(u).includes(unit.name)));
  // Two instances under one name are round-robined: callers inside the pod would meet old and new mixed.
  return user ? `unit "${user.name}" reaches it by name` : null;
}

/** Units such that each comes after all it depends on; otherwise as written. Throws `invalid` on a cycle, naming it. */
export function startOrder(spec: Pick<PodSpec, "units">): UnitSpec[] {
  const byName = new Map(spec.units.map((unit) => [unit.name, unit]));
  const done = new Set<string>();
  const order: UnitSpec[] = [];
  const visit = (unit: UnitSpec, trail: string[]): void => {
    if (done.has(unit.name)) return;
    if (trail.includes(unit.name)) throw cycle([...trail.slice(trail.indexOf(unit.name)), unit.name]);
    for (const name of unit.dependsOn) {
      const needed = byName.get(name);
      if (needed) visit(needed, [...trail, unit.name]);
    }
    done.add(unit.name);
    order.push(unit);
  };
  for (const unit of spec.units) visit(unit, []);
  return order;
}

function cycle(names: string[]): AppError {
  return new AppError("invalid", `Units wait for each other in a circle: ${names.join(" → ")}. Remove one dependsOn.`, {
    issues: [{ path: "spec.units", expected: `no circle in dependsOn (${names.join(" → ")})` }],
  });
}
