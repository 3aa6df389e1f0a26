import { checkAdmission, type MachineRoom } from "@agentpod/core/admission-check";
import { AppError } from "@agentpod/core/errors";
import type { NewEvent } from "@agentpod/core/event";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { checkQuota } from "@agentpod/core/quota-check";
import type { Store } from "@agentpod/core/store";
import type { World } from "./world.ts";

/** What became of a request that waits at a route. */
export type Awaited =
  /** The pod is wanted running, since now or before. */
  | { kind: "coming"; pod: string }
  /** It may not start now; the sentence says why. */
  | { kind: "refused"; pod: string; message: string }
  /** There is no such route any more. */
  | { kind: "gone" };

/**
 * A request waits at a route: its pod is wanted running where a request may ask for that. However many ask, here or through
 * another control plane, one change of intent comes of it; quota and room are asked as at any start.
 */
export async function wakePod(world: World, route: string): Promise<Awaited> {
  const machine = await world.machine();
  return world.database.asSystem(async (store): Promise<Awaited> => {
    const found = await store.routes.wakeable(route);
    if (!found) return { kind: "gone" };
    const pod = await store.pods.getById(found.pod);
    if (!mayWake(pod, found.wake)) return { kind: "coming", pod: pod.id };
    const refusal = await startRefusal(store, pod, machine);
    if (refusal !== null) return { kind: "refused", pod: pod.id, message: refusal };
    // Whoever else changed it since the look has said what it is to be: this throws `conflict`, and nothing is written.
    await store.pods.setDesired(pod.id, "running", undefined, pod.generation);
    const host = await hostOf(store, pod, route);
    await store.events.append(told(pod, "ok", `${podLabel(pod)} was woken by a request to ${host}.`, { route, host }));
    return { kind: "coming", pod: pod.id };
  });
}

/** Says on the route's page why its pod may not start. A later look at the pod puts the route to sleep again, for the next request to try. */
export async function refuseWake(world: World, route: string, id: string, message: string, tell: boolean): Promise<void> {
  await world.database.asSystem(async (store) => {
    await store.routes.set(route, { state: "unready", message, upstreams: [] });
    if (!tell) return;
    const pod = await store.pods.getById(id);
    await store.events.append(told(pod, "refused", message, { route, host: await hostOf(store, pod, route) }));
  });
  await world.serveRoutes();
}

/** Asleep, or stopped by its owner with a route that may start it. */
const mayWake = ({ desired }: Pod, wake: boolean): boolean => desired === "sleeping" || (desired === "stopped" && wake);

/** Why a sleeping pod may not start now, as a sentence of quota or room; null where it may. `machine` null: its room is not known. */
export async function startRefusal(store: Store, pod: Pod, machine: MachineRoom | null): Promise<string | null> {
  const tenant = await store.tenants.get(pod.tenant);
  const pods = await store.pods.list({ tenant: tenant.name });
  try {
    checkQuota(tenant, pods, pod.spec, pod.id);
    if (machine) checkAdmission(pod.spec, machine);
    return null;
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.message;
    throw thrown;
  }
}

async function hostOf(store: Store, pod: Pod, route: string): Promise<string> {
  const [facts] = await store.pods.facts([pod.id]);
  return facts?.routes.find((row) => row.id === route)?.hosts[0] ?? podLabel(pod);
}

function told(pod: Pod, result: NewEvent["result"], message: string, data: Record<string, unknown>): NewEvent & { tenantId: string } {
  return {
    type: "pod.woken",
    tenant: pod.tenant,
    tenantId: pod.tenantId,
    pod: pod.name,
    podId: pod.id,
    actor: "system",
    source: null,
    result,
    message,
    data,
  };
}
