import type { PodSpec } from "../../pod-spec.ts";
import { isDatabaseUnit, withoutMigration } from "./render-deployment.ts";

/** The same pod with new instances of all of its units but the databases. */
export function withApplicationRestarted(spec: PodSpec): PodSpec {
  const { units, ...rest } = withoutMigration(spec) ?? spec;
  return {
    ...rest,
    units: units.map((unit) => (isDatabaseUnit(unit.name) ? unit : { ...unit, restarts: (unit.restarts ?? 0) + 1 })),
  };
}
