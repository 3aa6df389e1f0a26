import type { AdoptedUnit, RestartRule } from "@agentpod/core/adopt";
import { AppError } from "@agentpod/core/errors";
import { scopeOf } from "./adopted.ts";
import type { DriverContext } from "./driver-context.ts";
import { isNoContainer, isStatus, toDriverError } from "./engine-error.ts";
import { containerName } from "./names.ts";

interface Details {
  Name: string;
  HostConfig: { RestartPolicy: { Name: string; MaximumRetryCount: number } };
}

type Context = Pick<DriverContext, "engine" | "installation" | "facts">;

/** Both steps keep the container's id and its run. The name is given last: a container that has it is wholly ours. */
export async function adoptContainer(context: Context, unit: AdoptedUnit): Promise<void> {
  const { engine, installation } = context;
  const what = `Container ${unit.found.name} could not be taken over`;
  try {
    const there = await inspect(context, unit);
    if (!there) return;
    await setRestart(context, unit, there, { name: "no", retries: 0 });
    const name = containerName(installation, scopeOf(unit), unit.id);
    if (there.Name !== `/${name}`) await engine.call("POST", `/containers/${unit.containerId}/rename`, { query: { name } });
    context.facts.forget(unit.containerId);
  } catch (error) {
    if (isNoContainer(error)) return;
    throw toDriverError(error, what);
  }
}

/** The way back, in the same order: with its old name it is wholly its owner's again. */
export async function releaseContainer(context: Context, unit: AdoptedUnit): Promise<void> {
  const { installation } = context;
  try {
    const there = await inspect(context, unit);
    if (!there) return;
    await setRestart(context, unit, there, unit.found.restart);
    if (there.Name === `/${containerName(installation, scopeOf(unit), unit.id)}`) await rename(context, unit);
    context.facts.forget(unit.containerId);
  } catch (error) {
    if (isNoContainer(error)) return;
    throw toDriverError(error, `Container ${unit.found.name} could not be given back`);
  }
}

async function rename({ engine }: Context, { containerId, found }: AdoptedUnit): Promise<void> {
  try {
    await engine.call("POST", `/containers/${containerId}/rename`, { query: { name: found.name } });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    throw new AppError("conflict", `Another container is called ${found.name} by now: rename that one, and this one is given back.`);
  }
}

async function setRestart({ engine }: Context, { containerId }: AdoptedUnit, there: Details, rule: RestartRule): Promise<void> {
  const now = there.HostConfig.RestartPolicy;
  if ((now.Name || "no") === rule.name && now.MaximumRetryCount === rule.retries) return;
  const body = { RestartPolicy: { Name: rule.name, MaximumRetryCount: rule.retries } };
  await engine.call("POST", `/containers/${containerId}/update`, { body });
}

/** Null: it is gone. */
async function inspect({ engine }: Context, { containerId }: AdoptedUnit): Promise<Details | null> {
  try {
    return await engine.call<Details>("GET", `/containers/${containerId}/json`);
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}
