import type { Kept } from "@agentpod/core/adopt";
import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";
import type { DriverContext } from "./driver-context.ts";
import { isNoContainer, isNoNetwork, isStatus } from "./engine-error.ts";

/** Whether the unit's container is one that was taken over and is still there: then it is started, and none is made. */
export async function startAdopted(context: DriverContext, run: UnitRun): Promise<boolean> {
  const { kept } = run;
  if (!kept || !(await isThere(context, run, kept))) return false;
  try {
    await context.engine.call("POST", `/containers/${kept.containerId}/start`);
    context.facts.forget(kept.containerId);
    return true;
  } catch (error) {
    if (isNoContainer(error)) return false;
    if (!isNoNetwork(error)) throw error;
    const what = `${run.scope.tenant}/${run.scope.name}`;
    throw new AppError("unavailable", `A network of the container of ${what} is gone: make it again under its name.`, { cause: error });
  }
}

/** True where the unit's own container is there, running or not. */
export async function isThere({ engine }: Pick<DriverContext, "engine">, run: UnitRun, kept: Kept): Promise<boolean> {
  if (run.id.revision !== kept.revision) return false;
  try {
    await engine.call("GET", `/containers/${kept.containerId}/json`);
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
