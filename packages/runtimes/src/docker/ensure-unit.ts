import type { Kept } from "@agentpod/core/adopt";
import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";
import { containerBody } from "./body.ts";
import { caEnvironment } from "./build-context.ts";
import type { Owner } from "./code-tar.ts";
import type { ContainerDetails } from "./container-summary.ts";
import type { DriverContext } from "./driver-context.ts";
import { isNoContainer, isNoImage, isNoNetwork, isStatus, toDriverError } from "./engine-error.ts";
import { fillContainer, filledFolders } from "./fill-container.ts";
import { type CreateBody, keptBody } from "./kept-body.ts";
import { containerName, label } from "./names.ts";
import { preparePod } from "./pod-network.ts";
import { findImage, imageOf } from "./prepare-image.ts";
import { stateOf } from "./run-facts.ts";
import { isThere, startAdopted } from "./start-adopted.ts";
import { ownerIn, rootOwner } from "./unit-owner.ts";

/** Makes and fills the container ahead of its start; its network need not be there yet. */
export async function createUnit(context: DriverContext, run: UnitRun): Promise<void> {
  try {
    if (run.kept && (await isThere(context, run, run.kept))) return;
    const { name, body } = await wanted(context, run);
    const id = await make(context, run, name, body);
    if (id !== null) context.made.set(name, id);
    context.sharedImages.release(run.id.pod, imageOf(run, context.installation));
  } catch (error) {
    throw startError(error, `${run.scope.tenant}/${run.scope.name}: ${run.id.unit} could not be made`);
  }
}

/**
 * Creates and starts, in as few calls as can be: one where it was made ahead, else two, or three with code. Only when the
 * name turns out to be taken is it looked at what is there.
 */
export async function ensureUnit(context: DriverContext, run: UnitRun): Promise<void> {
  const what = `${run.scope.tenant}/${run.scope.name}: ${run.id.unit} could not be started`;
  try {
    if (await startAdopted(context, run)) return;
    const { name, body } = await wanted(context, run);
    try {
      await makeAndStart(context, run, name, body);
    } catch (error) {
      if (!isNoNetwork(error)) throw error;
      // The network was removed behind our back; a container keeps the id of the old one and never starts again.
      await preparePod(context, run.scope);
      await removeContainer(context.engine, name);
      await makeAndStart(context, run, name, body);
    }
    context.sharedImages.release(run.id.pod, imageOf(run, context.installation));
  } catch (error) {
    throw startError(error, what);
  }
}

/** An image that was there a moment ago is had again by trying again. */
function startError(error: unknown, what: string): unknown {
  const failure = toDriverError(error, what);
  return isNoImage(error) && failure instanceof AppError ? new AppError("unavailable", failure.message, { cause: error }) : failure;
}

async function wanted(context: DriverContext, run: UnitRun): Promise<{ name: string; body: CreateBody }> {
  const { firewall, survey } = await context.surveyed();
  await firewall?.ensure();
  const plain = containerBody(run, {
    installation: context.installation,
    publish: survey.local && !context.options.attach,
    image: imageOf(run, context.installation),
    env: context.ca === null ? {} : caEnvironment,
    filled: filledFolders(run, context.ca),
    cores: survey.cores,
  });
  const body: CreateBody = run.kept ? keptBody(plain, run, run.kept, (await findImage(context, run.kept.image.id)) !== null) : plain;
  return { name: containerName(context.installation, run.scope, run.id), body };
}

async function makeAndStart(context: DriverContext, run: UnitRun, name: string, body: CreateBody): Promise<void> {
  const ahead = context.made.get(name);
  context.made.delete(name);
  if (ahead !== undefined && (await start(context, ahead))) return;
  const id = await make(context, run, name, body);
  if (id !== null && !(await start(context, id))) throw new AppError("unavailable", `Container ${name} was removed at this moment.`);
}

/** False when the container is gone. */
async function start({ engine, facts }: DriverContext, container: string): Promise<boolean> {
  try {
    await engine.call("POST", `/containers/${container}/start`);
    facts.forget(container);
    return true;
  } catch (error) {
    if (isNoContainer(error)) return false;
    throw error;
  }
}

/** Id of a container that is ready to be started; null when it runs. */
async function make(context: DriverContext, run: UnitRun, name: string, body: CreateBody): Promise<string | null> {
  const container = (await create(context, name, body)) ?? (await takeUp(context, run, name, body));
  if (container?.fill) {
    await fill(context, run, container.id);
    for (const network of run.kept?.networks ?? []) await joinFound(context, network, container.id);
  }
  return container?.id ?? null;
}

interface Startable {
  id: string;
  /** Never started: what it was to be filled with may be missing. */
  fill: boolean;
}

/** Null when the name is taken. */
async function create({ engine }: DriverContext, name: string, body: CreateBody): Promise<Startable | null> {
  try {
    const { Id } = await engine.call<{ Id: string }>("POST", "/containers/create", { query: { name }, body });
    return { id: Id, fill: true };
  } catch (error) {
    if (isStatus(error, 409) || /name .* is already in use/i.test((error as Error).message)) return null;
    throw error;
  }
}

/** What to start of what has the name; null when it runs. One of another making is replaced unless it runs. */
async function takeUp(context: DriverContext, run: UnitRun, name: string, body: CreateBody): Promise<Startable | null> {
  const there = (await inspect(context, name)) ?? (await appears(context, name));
  if (there) {
    const labels = there.Config.Labels ?? {};
    const wanted: Record<string, string> = body.Labels;
    const isOurs = [label.installation, label.pod, label.unit, label.revision].every((key) => labels[key] === wanted[key]);
    if (!isOurs) throw new AppError("conflict", `There is a container ${name} that is not AgentPod's: remove or rename it.`);
    const state = stateOf(there.State.Status);
    if (state === "running") return null;
    const isStartable = there.State.Status === "created" || there.State.Status === "exited";
    // One that was cut off from its network would start without any, and never be reached.
    const joins = Object.keys(body.NetworkingConfig.EndpointsConfig);
    const isJoined = joins.every((network) => Object.hasOwn(there.NetworkSettings.Networks ?? {}, network));
    if (isStartable && isJoined && labels[label.body] === body.Labels[label.body]) return { id: there.Id, fill: state === "created" };
    await removeContainer(context.engine, there.Id);
  }
  const made = await create(context, name, body);
  if (!made) throw new AppError("unavailable", `Container ${run.id.unit} is being made or removed by someone else at this moment.`);
  return made;
}

async function fill(context: DriverContext, run: UnitRun, container: string): Promise<void> {
  if (run.code === null && context.ca === null) return;
  const owner = run.code ? await codeOwner(context, run, container) : rootOwner;
  await fillContainer(context.engine, container, run, { openArtifact: context.options.openArtifact, ca: context.ca, owner });
}

/** Who the unit runs as; the lists of users in an image are read once. */
async function codeOwner(context: DriverContext, run: UnitRun, container: string): Promise<Owner> {
  const name = imageOf(run, context.installation);
  const image = context.images.get(name) ?? (await findImage(context, name));
  const user = run.user ?? image?.user ?? "";
  const key = `${image?.id}|${user}`;
  const owner = context.owners.get(key) ?? (await ownerIn(context.engine, container, user));
  if (image) context.owners.set(key, owner);
  return owner;
}

/**
 * The engine takes a name a moment before the container can be seen: what is on its way is waited for, by the engine's
 * events. Null when the name is free again, or nothing came of it within ten seconds.
 */
async function appears(context: DriverContext, name: string): Promise<ContainerDetails | null> {
  const signal = AbortSignal.timeout(10_000);
  const filters = JSON.stringify({ type: ["container"], event: ["create", "destroy"] });
  const events = await context.engine.stream("GET", "/events", { query: { filters }, signal });
  try {
    for (let there = await inspect(context, name); ; there = await inspect(context, name)) {
      if (there) return there;
      const next = await events.iterator({ destroyOnReturn: false }).next();
      if (next.done) return null;
    }
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    events.on("error", () => undefined).destroy();
  }
}

async function inspect({ engine }: DriverContext, container: string): Promise<ContainerDetails | null> {
  try {
    return await engine.call<ContainerDetails>("GET", `/containers/${container}/json`);
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}

/** A network that the container's predecessor was found on; one that is gone by now is left out. */
async function joinFound({ engine }: DriverContext, network: Kept["networks"][number], container: string): Promise<void> {
  try {
    const body = { Container: container, EndpointConfig: { Aliases: network.aliases } };
    await engine.call("POST", `/networks/${network.name}/connect`, { body });
  } catch (error) {
    if (!isStatus(error, 404) && !/already exists in network|already attached|already connected/i.test((error as Error).message))
      throw error;
  }
}

/** Deletes a container, running or not, with its anonymous volumes unless told otherwise. Succeeds on absence. */
export async function removeContainer(engine: DriverContext["engine"], container: string, withVolumes = true): Promise<void> {
  try {
    await engine.call("DELETE", `/containers/${container}`, { query: { force: true, v: withVolumes } });
  } catch (error) {
    if (isStatus(error, 404)) return;
    if (!isStatus(error, 409)) throw error;
    // Being removed already: done when it is gone.
    await engine.call("POST", `/containers/${container}/wait`, { query: { condition: "removed" } }).catch((gone: unknown) => {
      if (!isStatus(gone, 404)) throw gone;
    });
  }
}
