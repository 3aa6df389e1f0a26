import type { UsedHandOver } from "@agentpod/core/api/agent-gateway-view";
import { AppError } from "@agentpod/core/errors";
import type { HandOver } from "@agentpod/core/hand-over";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { type GatewayUnit, gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import { handOverPath, handOverUrl } from "@agentpod/core/products/agents/hand-over-link";
import type { Store } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import { hashToken } from "../auth/token-secret.ts";
import { askAgentAdmin } from "./ask-agent-admin.ts";

/** The hand-over that a secret opens, held until the transaction ends. Throws `forbidden`. System role. */
export async function openHandOver(store: Pick<Store, "handOvers">, secret: string): Promise<HandOver> {
  const handOver = await store.handOvers.holdByHash(hashToken(secret));
  if (handOver === null) throw new AppError("forbidden", "this link is not good, has been used, or is over; ask for another");
  return handOver;
}

interface Taken {
  pod: Pod;
  gateway: GatewayUnit;
  revision: string;
  token: string;
  page: string;
}

/**
 * Gives the address at which whoever holds the link opens the agent, and the link is used up. Where the agent is asleep it
 * is woken; that, and whatever else keeps it from answering now, throws `unavailable` and leaves the link as it was.
 */
export async function useHandOver(
  deps: Pick<AppDeps, "database" | "runtime" | "addresses">,
  secret: string,
  source: string,
): Promise<UsedHandOver> {
  const { database, runtime } = deps;
  const taken = await database.asSystem((store) => take(store, deps, secret));
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
    await database.asSystem((store) =>
      store.events.append({
        type: "hand_over.used",
        tenantId: pod.tenantId,
        tenant: pod.tenant,
        pod: pod.name,
        podId: pod.id,
        actor: "hand-over",
        source,
        result: "ok",
        message: `${podLabel(pod)} was handed over`,
        data: {},
      }),
    );
    return { url };
  } catch (error) {
    await database.asSystem((store) => store.handOvers.markUsed(pod.id, hashToken(secret), false));
    throw error;
  }
}

/** Marks the link as used and gives what is needed to honour it; null where the agent was asleep and is woken. */
async function take(store: Store, { addresses }: Pick<AppDeps, "addresses">, secret: string): Promise<Taken | null> {
  const handOver = await openHandOver(store, secret);
  const pod = await store.pods.getById(handOver.podId);
  if (pod.desired === "sleeping") {
    await store.pods.setDesired(pod.id, "running");
    return null;
  }
  if (pod.desired !== "running") throw new AppError("conflict", "the agent was stopped by whoever runs it; ask them");
  const gateway = gatewayUnit(pod.spec);
  const unit = pod.status.units.find(({ name }) => name === gateway?.unit);
  if (gateway === null || unit === undefined || unit.health !== "healthy") throw notReady();
  const [facts] = await store.pods.facts([pod.id]);
  const page = addresses(pod, facts?.routes ?? [])[0];
  const token = (await store.secrets.reveal(pod.id))[gateway.secret];
  if (page === undefined || token === undefined) throw notReady();
  await store.handOvers.markUsed(pod.id, hashToken(secret), true);
  return { pod, gateway, revision: unit.revision, token, page };
}

const notReady = (): AppError => new AppError("unavailable", "the agent is starting; try again in a moment");
