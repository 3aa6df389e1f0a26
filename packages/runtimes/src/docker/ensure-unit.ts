import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";
import { type ContainerBody, containerBody } from "./body.ts";
import { caEnvironment } from "./build-context.ts";
import type { ContainerDetails } from "./container-summary.ts";
import type { DriverContext } from "./driver-context.ts";
import { isNoNetwork, isStatus, toDriverError } from "./engine-error.ts";
import { fillContainer, filledFolders } from "./fill-container.ts";
import { containerName, label } from "./names.ts";
import { preparePod } from "./pod-network.ts";
import { imageOf } from "./prepare-image.ts";
import { stateOf } from "./run-facts.ts";

/**
 * Creates and starts, in as few calls as can be: two, or three with code. Only when the name turns out to be taken is
 * it looked at what is there.
 */
export async function ensureUnit(context: DriverContext, run: UnitRun): Promise<void> {
  const what = `${run.scope.tenant}/${run.scope.name}: ${run.id.unit} could not be started`;
  const { firewall, survey } = await context.surveyed();
  await firewall?.ensure();
  const body = containerBody(run, {
    installation: context.installation,
    publish: survey.local && !context.options.inContainer,
    image: imageOf(run, context.installation),
    env: context.ca === null ? {} : caEnvironment,
    filled: filledFolders(run, context.ca),
  });
  try {
    try {
      await createAndStart(context, run, body);
    } catch (error) {
      if (!isNoNetwork(error)) throw error;
      // The network was removed behind our back; a container keeps the id of the old one and never starts again.
      await preparePod(context, run.scope);
      await removeContainer(context.engine, containerName(context.installation, run.scope, run.id));
      await createAndStart(context, run, body);
    }
  } catch (error) {
    throw toDriverError(error, what);
  }
}

async function createAndStart(context: DriverContext, run: UnitRun, body: ContainerBody): Promise<void> {
  const name = containerName(context.installation, run.scope, run.id);
  const container = (await create(context, name, body)) ?? (await takeUp(context, run, name, body));
  if (container === null) return;
  if (container.fill) await fill(context, run, container.id);
  await context.engine.call("POST", `/containers/${container.id}/start`);
  context.facts.forget(container.id);
}

interface Startable {
  id: string;
  /** Never started: what it was to be filled with may be missing. */
  fill: boolean;
}

/** Null when the name is taken. */
async function create({ engine }: DriverContext, name: string, body: ContainerBody): Promise<Startable | null> {
  try {
    const { Id } = await engine.call<{ Id: string }>("POST", "/containers/create", { query: { name }, body });
    return { id: Id, fill: true };
  } catch (error) {
    if (isStatus(error, 409) || /name .* is already in use/i.test((error as Error).message)) return null;
    throw error;
  }
}

/** What to start of what has the name; null when it runs. One of another making is replaced unless it runs. */
async function takeUp(context: DriverContext, run: UnitRun, name: string, body: ContainerBody): Promise<Startable | null> {
  const there = await inspect(context, name);
  if (there) {
    const labels = there.Config.Labels ?? {};
    const wanted: Record<string, string> = body.Labels;
    const isOurs = [label.installation, label.pod, label.unit, label.revision].every((key) => labels[key] === wanted[key]);
    if (!isOurs) throw new AppError("conflict", `There is a container ${name} that is not AgentPod's: remove or rename it.`);
    const state = stateOf(there.State.Status);
    if (state === "running") return null;
    const isStartable = there.State.Status === "created" || there.State.Status === "exited";
    if (isStartable && labels[label.body] === body.Labels[label.body]) return { id: there.Id, fill: state === "created" };
    await removeContainer(context.engine, there.Id);
  }
  const made = await create(context, name, body);
  if (!made) throw new AppError("unavailable", `Container ${run.id.unit} is being made or removed by someone else at this moment.`);
  return made;
}

async function fill(context: DriverContext, run: UnitRun, container: string): Promise<void> {
  if (run.code === null && context.ca === null) return;
  const imageUser = run.code && run.user === null ? await context.imageUser(imageOf(run, context.installation)) : "";
  await fillContainer(context.engine, container, run, { openArtifact: context.options.openArtifact, ca: context.ca, imageUser });
}

async function inspect({ engine }: DriverContext, container: string): Promise<ContainerDetails | null> {
  try {
    return await engine.call<ContainerDetails>("GET", `/containers/${container}/json`);
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}

/** Deletes a container with its anonymous volumes, running or not. Succeeds on absence. */
export async function removeContainer(engine: DriverContext["engine"], container: string): Promise<void> {
  try {
    await engine.call("DELETE", `/containers/${container}`, { query: { force: true, v: true } });
  } catch (error) {
    if (isStatus(error, 404)) return;
    if (!isStatus(error, 409)) throw error;
    // Being removed already: done when it is gone.
    await engine.call("POST", `/containers/${container}/wait`, { query: { condition: "removed" } }).catch((gone: unknown) => {
      if (!isStatus(gone, 404)) throw gone;
    });
  }
}
