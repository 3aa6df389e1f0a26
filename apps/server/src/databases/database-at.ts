import { databasePassword, databaseUnitsOf } from "@agentpod/core/database-unit";
import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import type { UnitId } from "@agentpod/core/runtime";
import type { Store } from "@agentpod/core/store";
import { runningUnit } from "../routes/running-unit.ts";

/** A PostgreSQL that runs, and what its client programs are told. The environment holds the password: never log it. */
export interface DatabaseAt {
  id: UnitId;
  env: Record<string, string>;
}

/** The PostgreSQL of a pod: the unit that is named, else the only one. Throws `invalid` where there is none, `conflict` while it does not run. */
export async function databaseAt(store: Pick<Store, "secrets">, pod: Pod, named?: string): Promise<DatabaseAt> {
  const found = databaseUnitsOf(pod.spec);
  const wanted = named === undefined ? found.filter(({ kind }) => kind === "postgres") : found.filter(({ unit }) => unit === named);
  const [database, other] = wanted;
  const label = podLabel(pod);
  if (database === undefined) {
    if (named !== undefined) runningUnit(pod, named);
    const others = found.map(({ unit }) => unit).join(", ");
    throw new AppError(
      "invalid",
      others === ""
        ? `${label} has no PostgreSQL database.`
        : `${label} has no PostgreSQL database: dump, restore and copies are for PostgreSQL alone, not for ${others}.`,
    );
  }
  if (database.kind !== "postgres")
    throw new AppError("invalid", `Unit ${database.unit} of ${label} is no PostgreSQL: dump, restore and copies are for PostgreSQL alone.`);
  if (other !== undefined)
    throw new AppError("invalid", `${label} has several databases: say which unit, ${wanted.map(({ unit }) => unit).join(" or ")}.`);
  const { name, revision } = runningUnit(pod, database.unit);
  const spec = pod.spec.units.find((unit) => unit.name === name);
  const password = spec === undefined ? null : databasePassword(spec, await store.secrets.reveal(pod.id));
  return {
    id: { pod: pod.id, unit: name, revision },
    env: { PGUSER: database.user ?? "", PGDATABASE: database.database ?? "", ...(password !== null && { PGPASSWORD: password }) },
  };
}
