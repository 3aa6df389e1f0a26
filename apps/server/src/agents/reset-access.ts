import { randomBytes } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { podLabel } from "@agentpod/core/pod";
import { gatewaySecrets } from "@agentpod/core/products/agents/gateway-unit";
import type { AppDeps } from "../app-deps.ts";
import { countAttempt } from "../users/limited.ts";
import { openAccess } from "./customer-agent.ts";

/** Each restarts the agent. */
const mostPerHour = 5;

/**
 * Gives an agent a new token, as its own user asks: browsers that were let in before are out, other holders of its page too, and
 * this one may enter once. Throws `unauthenticated` without an access, `conflict` where the agent was stopped by its operator.
 */
export async function resetAccess(
  { database }: Pick<AppDeps, "database">,
  id: string,
  secret: string | null,
  source: string,
): Promise<void> {
  const { podId } = await database.asSystem((store) => openAccess(store, id, secret));
  await countAttempt(database, [{ key: `access-reset ${podId}`, limit: mostPerHour, windowSeconds: 3600 }]);
  await database.asSystem(async (store) => {
    await openAccess(store, id, secret);
    const pod = await store.pods.getById(podId);
    const [name] = gatewaySecrets(pod.spec);
    if (name === undefined || (pod.desired !== "running" && pod.desired !== "sleeping"))
      throw new AppError("conflict", "the agent was stopped by whoever runs it; ask them");
    await store.secrets.put(pod.id, name, randomBytes(24).toString("base64url"));
    const next = await store.pods.restart(pod.id);
    await store.customerAccesses.deleteOthers(pod.id, id);
    await store.customerAccesses.setEntry(id, true);
    await store.events.append({
      type: "customer_access.reset",
      tenantId: pod.tenantId,
      tenant: pod.tenant,
      pod: pod.name,
      podId: pod.id,
      actor: "customer",
      source,
      result: "ok",
      message: `the access to ${podLabel(pod)} was reset by its user`,
      data: { access: id, generation: next.generation },
    });
  });
}
