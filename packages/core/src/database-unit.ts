import type { PodSpec, UnitSpec } from "./pod-spec.ts";
import { replacePlaceholders } from "./render-unit.ts";

export const databaseKinds = ["postgres", "mysql", "redis"] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** A unit that is a database, as its environment says. */
export interface DatabaseUnit {
  unit: string;
  kind: DatabaseKind;
  /** Name of its port. */
  port: string;
  /** Null for Redis. */
  user: string | null;
  database: string | null;
}

const firstOf = (env: Readonly<Record<string, string>>, names: readonly string[]): string | null =>
  names.map((name) => env[name]).find((value) => value !== undefined) ?? null;

const standardPorts: Record<DatabaseKind, number> = { postgres: 5432, mysql: 3306, redis: 6379 };

/** The variables by which images of databases are told who may come in. */
const variables: Record<DatabaseKind, { password: string[]; user: string[]; database: string[]; standard: string | null }> = {
  postgres: { password: ["POSTGRES_PASSWORD"], user: ["POSTGRES_USER"], database: ["POSTGRES_DB"], standard: "postgres" },
  mysql: {
    password: ["MYSQL_PASSWORD", "MARIADB_PASSWORD"],
    user: ["MYSQL_USER", "MARIADB_USER"],
    database: ["MYSQL_DATABASE", "MARIADB_DATABASE"],
    standard: null,
  },
  redis: { password: ["REDIS_PASSWORD"], user: [], database: [], standard: null },
};

const kindOf = ({ env }: Pick<UnitSpec, "env">): DatabaseKind | null =>
  databaseKinds.find((kind) => firstOf(env, variables[kind].password) !== null) ?? null;

/** The databases among a pod's units, in their order. What only speaks to a database has no port of its own for it, and is none. */
export function databaseUnitsOf(spec: Pick<PodSpec, "units">): DatabaseUnit[] {
  return spec.units.flatMap((unit) => {
    const kind = kindOf(unit);
    if (kind === null) return [];
    const port = unit.ports.find(({ name, container }) => name === kind || container === standardPorts[kind]);
    if (port === undefined) return [];
    const { user: users, database: databases, standard } = variables[kind];
    const user = firstOf(unit.env, users) ?? standard;
    return [{ unit: unit.name, kind, port: port.name, user, database: firstOf(unit.env, databases) ?? user }];
  });
}

/** The password of a database, of the values of its pod's secrets; null where its unit reads one that is not there. */
export function databasePassword(unit: Pick<UnitSpec, "env">, secrets: Readonly<Record<string, string>>): string | null {
  const kind = kindOf(unit);
  const text = kind === null ? null : firstOf(unit.env, variables[kind].password);
  let isWhole = text !== null;
  const password = replacePlaceholders(text ?? "", (path) => {
    const name = path.startsWith("secrets.") ? path.slice("secrets.".length) : "";
    const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (value === undefined) isWhole = false;
    return value ?? "";
  });
  return isWhole ? password : null;
}

/** Its connection string; `password` null: masked. */
export function databaseUrl(
  { kind, user, database }: Pick<DatabaseUnit, "kind" | "user" | "database">,
  { host, port }: { host: string; port: number },
  password: string | null,
): string {
  const secret = password === null ? "******" : encodeURIComponent(password);
  const path = database === null ? "" : `/${encodeURIComponent(database)}`;
  return `${kind}://${encodeURIComponent(user ?? "")}:${secret}@${host}:${port}${path}`;
}
