import type { Issue } from "./errors.ts";
import type { PodSpec } from "./pod-spec.ts";

/** What an update would lose without saying so: volumes that the running spec has and the next one does not. */
export function updateIssues(before: PodSpec, next: PodSpec, at = "spec"): Issue[] {
  return before.units.flatMap((unit) => {
    const index = next.units.findIndex((u) => u.name === unit.name);
    const kept = new Set(next.units[index]?.volumes.map((v) => v.name));
    return unit.volumes
      .filter((volume) => !kept.has(volume.name))
      .map((volume) => ({
        path: index < 0 ? `${at}.units` : `${at}.units[${index}].volumes`,
        expected: `volume "${volume.name}" of unit "${unit.name}" to stay, for it holds data; to be rid of it, delete the pod`,
      }));
  });
}
