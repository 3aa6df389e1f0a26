import type { Client } from "@agentpod/client/create-client";
import type { DatabaseView } from "@agentpod/core/api/database-view";
import { AppError } from "@agentpod/core/errors";
import { parsePodName } from "./pod-name.ts";

export interface FoundDatabase extends DatabaseView {
  tenant: string;
  pod: string;
}

/** The database of `<tenant>/<pod>`: of the unit that is named, else the only one. Throws `not_found`, `invalid` among several. */
export async function findDatabase(client: Client, name: string, unit: string | undefined): Promise<FoundDatabase> {
  const { tenant, pod } = parsePodName(name);
  const all = await client.databases.list(tenant, pod);
  const units = all.map((one) => one.unit).join(", ");
  const [found, other] = unit === undefined ? all : all.filter((one) => one.unit === unit);
  if (found === undefined)
    throw new AppError(
      "not_found",
      all.length === 0 ? `${name} has no database that is known here` : `${name} has no database ${unit}; it has ${units}`,
    );
  if (other !== undefined) throw new AppError("invalid", `${name} has several databases: say which by --unit: ${units}`);
  return { ...found, tenant, pod };
}

/** Throws `invalid` for what cannot be dumped, with what to do instead. */
export function requirePostgres({ tenant, pod, unit, kind, dumps }: FoundDatabase, what: string): void {
  if (dumps) return;
  const back = `agentpod pod backup create ${tenant}/${pod}`;
  throw new AppError(
    "invalid",
    `${what} is for PostgreSQL, and unit ${unit} is ${kind}: ${back} keeps its data, agentpod pod exec ${tenant}/${pod} --unit ${unit} runs its own programs`,
  );
}
