import type { Kept } from "@agentpod/core/adopt";
import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";
import { connect } from "./adopt-container.ts";
import type { DriverContext } from "./driver-context.ts";
import { isNoContainer, isNoNetwork, isStatus } from "./engine-error.ts";
import { networkName } from "./names.ts";
import { preparePod } from "./pod-network.ts";

/** Whether the unit's container is one that was taken over and is still there: then it is started, and none is made. */
export async function startAdopted(context: DriverContext, run: UnitRun): Promise<boolean> {
  const { kept } = run;
  if (!kept || !(await isThere(context, run, kept))) return false;
  try {
    await start(context, kept);
  } catch (error) {
    if (isNoContainer(error)) return false;
    if (!isNoNetwork(error)) throw error;
    await rejoin(context, run, kept);
    await start(context, kept);
  }
  return true;
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

async function start({ engine, facts }: DriverContext, kept: Kept): Promise<void> {
  await engine.call("POST", `/containers/${kept.containerId}/start`);
  facts.forget(kept.containerId);
}

/** The pod's network was removed behind our back: the container leaves what it remembers of it and joins the new one. */
async function rejoin(context: DriverContext, run: UnitRun, kept: Kept): Promise<void> {
  const network = networkName(context.installation, run.scope);
  await preparePod(context, run.scope);
  const body = { Container: kept.containerId, Force: true };
  await context.engine.call("POST", `/networks/${network}/disconnect`, { body }).catch((error: unknown) => {
    if (error instanceof AppError) throw error;
  });
  await connect(context, network, { id: run.id, containerId: kept.containerId });
}
