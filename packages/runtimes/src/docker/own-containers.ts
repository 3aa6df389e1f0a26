import { bounded } from "./bounded.ts";
import type { ContainerSummary } from "./container-summary.ts";
import type { DriverContext } from "./driver-context.ts";
import { isStatus, toDriverError } from "./engine-error.ts";
import { doorAlias, doorLabel, label } from "./names.ts";
import { listNetworks } from "./observe.ts";

/**
 * Where AgentPod itself runs in containers, these join the network of each pod: they reach its units there, and nothing is
 * published. They come and go (a restart, an update), so who is there is asked each time, and told by the engine's events.
 */
type Context = Pick<DriverContext, "engine" | "installation" | "options">;

const atOnce = 8;

/** Joins those that run to one network. Again: no effect. */
export async function joinNetwork(context: Context, network: string): Promise<void> {
  for (const one of await listOwn(context)) await joinOne(context, network, one);
}

/** Takes all of them out of a network, those that are stopped too: these would never start again without it. */
export async function leaveNetwork(context: Context, network: string): Promise<void> {
  const inIt = (await listOwn(context)).filter((one) => one.NetworkSettings?.Networks?.[network] !== undefined);
  for (const { Id } of inIt) {
    try {
      await context.engine.call("POST", `/networks/${network}/disconnect`, { body: { Container: Id, Force: true } });
    } catch (error) {
      // Left meanwhile: the engine says so in many ways.
      if (!isStatus(error, 403, 404, 409, 500)) throw error;
    }
  }
}

/** Joins those that run to all networks of this installation. */
export async function joinAll(context: Context): Promise<void> {
  const [own, networks] = await Promise.all([listOwn(context), listNetworks(context.engine, context.installation, null)]);
  await bounded(networks, atOnce, async ({ Name }) => {
    for (const one of own) await joinOne(context, Name, one);
  });
}

/** Joins whichever of them starts, until the signal aborts. Throws `unavailable` when the engine's events end. */
export async function joinStarting(context: Context, signal: AbortSignal): Promise<void> {
  const filters = JSON.stringify({ type: ["container"], event: ["start"], label: [ownLabel(context)] });
  const stream = await context.engine.stream("GET", "/events", { query: { filters }, signal });
  const end = () => stream.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    await joinAll(context);
    for await (const _event of stream) await joinAll(context);
  } finally {
    signal.removeEventListener("abort", end);
    stream.destroy();
  }
}

async function joinOne({ engine }: Context, network: string, container: ContainerSummary): Promise<void> {
  if (container.State !== "running" || container.NetworkSettings?.Networks?.[network] !== undefined) return;
  const isDoor = container.Labels[doorLabel] !== undefined;
  try {
    await engine.call("POST", `/networks/${network}/connect`, {
      body: { Container: container.Id, ...(isDoor && { EndpointConfig: { Aliases: [doorAlias] } }) },
    });
  } catch (error) {
    // Its successor, or whoever makes the network anew, is told of by an event.
    const isPassing = /already exists in network|already attached|already connected|is not running|no such container/i.test(
      (error as Error).message,
    );
    if (!isPassing) throw toDriverError(error, "AgentPod's own container could not join a pod's network");
  }
}

/** AgentPod's own containers, running or not. */
export async function listOwn(context: Context): Promise<ContainerSummary[]> {
  const filters = JSON.stringify({ label: [ownLabel(context)] });
  return context.engine.call<ContainerSummary[]>("GET", "/containers/json", { query: { all: true, filters } });
}

const ownLabel = ({ options }: Context): string => `${label.attach}=${options.attach}`;
