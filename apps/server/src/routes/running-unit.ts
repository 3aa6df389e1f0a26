import { AppError } from "@agentpod/core/errors";
import { nearest } from "@agentpod/core/name";
import { type Pod, podLabel } from "@agentpod/core/pod";
import type { UnitStatus } from "@agentpod/core/status";

/** The unit asked for, or the pod's first; `not_found` for an unknown name, `conflict` while it does not run. */
export function runningUnit(pod: Pod, asked: string | undefined): UnitStatus {
  const wanted = asked ?? pod.spec.units[0]?.name ?? "";
  const unit = pod.status.units.find((entry) => entry.name === wanted && entry.state === "running");
  if (unit !== undefined) return unit;
  checkUnit(pod, wanted);
  throw new AppError("conflict", `unit ${wanted} of ${podLabel(pod)} is not running; see its status`);
}

/** Throws `not_found`, with the nearest name, unless the pod has such a unit. */
export function checkUnit(pod: Pod, unit: string): void {
  const names = pod.spec.units.map((entry) => entry.name);
  if (names.includes(unit)) return;
  const guess = nearest(unit, names);
  throw new AppError("not_found", `${podLabel(pod)} has no unit ${unit}; it has ${names.join(", ")}`, {
    issues: [{ path: "unit", expected: `one of ${names.join(", ")}`, ...(guess === undefined ? {} : { nearest: guess }) }],
  });
}
