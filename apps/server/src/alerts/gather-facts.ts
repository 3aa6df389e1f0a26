import type { AlertFacts } from "@agentpod/core/alert-conditions";
import { toAppError } from "@agentpod/core/errors";
import type { Gateway } from "@agentpod/core/route-table";
import type { Database } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";

export interface FactSources {
  database: Database;
  gateway: Pick<Gateway, "observe">;
  machine: AppDeps["machine"];
}

/** Everything that rules are held against but the events, in three queries and a look at gateway and disk. */
export async function gatherFacts({ database, gateway, machine }: FactSources): Promise<Omit<AlertFacts, "crashed">> {
  const [stored, room, gatewayProblem] = await Promise.all([
    database.asSystem(async (store) => ({
      pods: await store.pods.list({}),
      certificates: await store.certificates.list({}),
      domains: await store.domains.list({}),
    })),
    machine().catch(() => null),
    gateway.observe().then(
      () => null,
      (error: unknown) => toAppError(error).message,
    ),
  ]);
  return { ...stored, diskFreeMb: room?.diskFreeMb ?? null, gatewayProblem };
}
