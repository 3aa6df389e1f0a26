import { randomUUID } from "node:crypto";
import type { UsedHandOver } from "@agentpod/core/api/agent-gateway-view";
import { customerAccessDays } from "@agentpod/core/customer-access";
import { AppError } from "@agentpod/core/errors";
import type { HandOver } from "@agentpod/core/hand-over";
import { podLabel } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import { hashToken, newCustomerSecret } from "../auth/token-secret.ts";
import { ownPage } from "./customer-cookie.ts";
import { enterAgent } from "./enter-agent.ts";

/** The hand-over that a secret opens, held until the transaction ends. Throws `forbidden`. System role. */
export async function openHandOver(store: Pick<Store, "handOvers">, secret: string): Promise<HandOver> {
  const handOver = await store.handOvers.holdByHash(hashToken(secret));
  if (handOver === null) throw new AppError("forbidden", "this link is not good, has been used, or is over; ask for another");
  return handOver;
}

const dayMs = 86_400_000;

/** What whoever used the link gets: where to go, and the secret of their own page. */
export interface HandedOver {
  used: UsedHandOver;
  access: { id: string; secret: string };
}

/**
 * Gives the address at which whoever holds the link opens the agent, and the link is used up. Where the agent is asleep it
 * is woken; that, and whatever else keeps it from answering now, throws `unavailable` and leaves the link as it was.
 */
export async function useHandOver(
  deps: Pick<AppDeps, "database" | "runtime" | "addresses" | "clock">,
  secret: string,
  source: string,
): Promise<HandedOver> {
  const { database } = deps;
  const secretHash = hashToken(secret);
  const { pod, url } = await enterAgent(deps, {
    find: async (store) => (await openHandOver(store, secret)).podId,
    mark: (store, podId, isUsed) => store.handOvers.markUsed(podId, secretHash, isUsed),
  });
  const access = { id: randomUUID(), secret: newCustomerSecret() };
  const expiresAt = new Date(deps.clock().getTime() + customerAccessDays * dayMs).toISOString();
  await database.asSystem(async (store) => {
    await store.customerAccesses.insert({
      id: access.id,
      podId: pod.id,
      tenantId: pod.tenantId,
      secretHash: hashToken(access.secret),
      expiresAt,
    });
    await store.events.append({
      type: "hand_over.used",
      tenantId: pod.tenantId,
      tenant: pod.tenant,
      pod: pod.name,
      podId: pod.id,
      actor: "hand-over",
      source,
      result: "ok",
      message: `${podLabel(pod)} was handed over`,
      data: { access: access.id },
    });
  });
  return { used: { url, own: ownPage(access.id) }, access };
}
