import type { PodSpec, PodSpecInput, UnitSpec } from "../../pod-spec.ts";
import { mapUnitTexts, replacePlaceholders } from "../../render-unit.ts";
import type { NeedKind } from "./analysis.ts";
import type { Appliances } from "./deploy-appliances.ts";

type UnitInput = PodSpecInput["units"][number];

/** Names of the units beside the application. */
export const databaseUnits: Record<NeedKind, string> = { postgres: "db", mysql: "db", redis: "redis" };

/** Databases that a pod has beside its application. */
export function databasesOf(spec: Pick<PodSpec, "units"> | null): NeedKind[] {
  return (spec?.units ?? []).flatMap((unit) => {
    if (unit.name === databaseUnits.redis) return ["redis" as const];
    if (unit.name !== databaseUnits.postgres) return [];
    return [Object.hasOwn(unit.env, "POSTGRES_USER") ? ("postgres" as const) : ("mysql" as const)];
  });
}

/**
 * The units of the databases that are needed: those that run stay as they are, whatever newer appliances there are, for their data is
 * in the format of their version. One that is new is like that of `like`, where there is one of its kind.
 */
export function renderDatabases(
  needs: readonly NeedKind[],
  appliances: Appliances,
  present: Pick<PodSpec, "units"> | null,
  like: Pick<PodSpec, "units"> | null = null,
): UnitInput[] {
  return needs.map((need) => {
    const name = databaseUnits[need];
    const found = (spec: Pick<PodSpec, "units"> | null) => spec?.units.find((unit) => unit.name === name);
    const kept = found(present) ?? (databasesOf(like).includes(need) ? found(like) : undefined);
    if (kept) return kept;
    const appliance = appliances[need];
    if (!appliance) throw new Error(`no appliance was chosen for ${need}`);
    return renamed(appliance.unit, name);
  });
}

/** How the application finds its databases: the names that frameworks look for. */
export function databaseEnvironment(databases: readonly UnitInput[], needs: readonly NeedKind[]): Record<string, string> {
  return Object.assign({}, ...needs.map((need, i) => environmentOf(need, databases[i]?.env ?? {}, databaseUnits[need])));
}

function environmentOf(need: NeedKind, env: Record<string, string>, unit: string): Record<string, string> {
  const host = `{{ units.${unit}.host }}`;
  const port = `{{ units.${unit}.port }}`;
  if (need === "redis") {
    const password = env.REDIS_PASSWORD;
    return { REDIS_URL: `redis://${password === undefined ? "" : `:${password}@`}${host}:${port}`, REDIS_HOST: host, REDIS_PORT: port };
  }
  const prefix = need === "postgres" ? "POSTGRES" : "MYSQL";
  const user = env[`${prefix}_USER`] ?? "app";
  const database = env[need === "postgres" ? "POSTGRES_DB" : "MYSQL_DATABASE"] ?? user;
  const password = env[`${prefix}_PASSWORD`] ?? "";
  const url = `${need}://${user}:${password}@${host}:${port}/${database}`;
  if (need === "mysql")
    return {
      ...{ DATABASE_URL: url, MYSQL_URL: url, MYSQL_HOST: host, MYSQL_PORT: port },
      ...{ MYSQL_USER: user, MYSQL_PASSWORD: password, MYSQL_DATABASE: database },
    };
  return { DATABASE_URL: url, PGHOST: host, PGPORT: port, PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
}

/** A unit under another name, and its secrets under names that no other unit has. */
function renamed(unit: UnitSpec, name: string): UnitSpec {
  const changed = mapUnitTexts(unit, (text) =>
    replacePlaceholders(text, (path) => {
      if (path.startsWith("secrets.")) return `{{ secrets.${name}_${path.slice("secrets.".length)} }}`;
      const own = `units.${unit.name}.`;
      return path.startsWith(own) ? `{{ units.${name}.${path.slice(own.length)} }}` : `{{ ${path} }}`;
    }),
  );
  return { ...changed, name };
}
