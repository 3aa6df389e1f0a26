import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import { type GatewayUnit, gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import { handOverPath, handOverUrl } from "@agentpod/core/products/agents/hand-over-link";
import type { Store } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import { askAgentAdmin } from "./ask-agent-admin.ts";

/** What allows an entry, once. */
export interface Entry {
  /** Id of the pod; holds what allows it until the transaction ends, and throws where nothing does. System role. */
  find(store: Store): Promise<string>;
  /** Used up, or not after all. System role. */
  mark(store: Store, podId: string, isUsed: boolean): Promise<void>;
}

interface Taken {
  pod: Pod;
  gateway: GatewayUnit;
  revision: string;
  token: string;
  page: string;
}

/**
 * Has an agent let one more browser in: gives the address with a credential that is good once. Where the agent is asleep it is
 * woken; that, and whatever else keeps it from answering now, throws `unavailable` and leaves the entry as it was.
 */
export async function enterAgent(
  deps: Pick<AppDeps, "database" | "runtime" | "addresses">,
  entry: Entry,
): Promise<{ pod: Pod; url: string }> {
  const { database, runtime } = deps;
  const taken = await database.asSystem((store) => take(store, deps, entry));
  if (taken === null) throw new AppError("unavailable", "the agent is waking up; try again in a moment");
  const { pod, gateway, revision, token, page } = taken;
  try {
    const answer = await askAgentAdmin({
      dial: () => runtime.dial({ pod: pod.id, unit: gateway.unit, revision }, gateway.port),
      path: handOverPath,
      token,
      body: {},
    });
    const url = handOverUrl(page, answer);
    if (url === null)
      throw new AppError("unavailable", "the agent's image cannot make links; update the pod to a newer version of its template");
    return { pod, url };
  } catch (error) {
    await database.asSystem((store) => entry.mark(store, pod.id, false));
    throw error;
  }
}

/** Marks the entry as used and gives what is needed to honour it; null where the agent was asleep and is woken. */
async function take(store: Store, { addresses }: Pick<AppDeps, "addresses">, entry: Entry): Promise<Taken | null> {
  const pod = await store.pods.getById(await entry.find(store));
  if (pod.desired === "sleeping") {
    await store.pods.setDesired(pod.id, "running");
    return null;
  }
  if (pod.desired !== "running") throw new AppError("conflict", "the agent was stopped by whoever runs it; ask them");
  const gateway = gatewayUnit(pod.spec);
  const unit = pod.status.units.find(({ name }) => name === gateway?.unit);
  const isSeen = pod.status.observedGeneration >= pod.generation;
  if (gateway === null || unit === undefined || unit.health !== "healthy" || !isSeen) throw notReady();
  const [facts] = await store.pods.facts([pod.id]);
  const page = addresses(pod, facts?.routes ?? [])[0];
  const token = (await store.secrets.reveal(pod.id))[gateway.secret];
  if (page === undefined || token === undefined) throw notReady();
  await entry.mark(store, pod.id, true);
  return { pod, gateway, revision: unit.revision, token, page };
}

const notReady = (): AppError => new AppError("unavailable", "the agent is starting; try again in a moment");
