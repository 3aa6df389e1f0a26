import { databaseUnitsOf } from "@agentpod/core/database-unit";
import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { checkUnit } from "../routes/running-unit.ts";

/** Throws `not_found` unless the pod has such a unit, `invalid` unless it is a PostgreSQL. */
export function requirePostgresUnit(pod: Pod, unit: string): void {
  checkUnit(pod, unit);
  if (!databaseUnitsOf(pod.spec).some((found) => found.unit === unit && found.kind === "postgres"))
    throw new AppError("invalid", `Unit ${unit} of ${podLabel(pod)} is no PostgreSQL: dump, restore and copies are for PostgreSQL alone.`);
}
