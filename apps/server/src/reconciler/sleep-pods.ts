import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import type { PodSnapshot } from "@agentpod/core/snapshot";
import { startRefusal } from "./wake-pods.ts";
import type { World } from "./world.ts";

/** An idle pod is put to sleep, where what runs in it agrees; else it is busy, as the next look sees. Throws `conflict` where it has changed since the look. */
export async function putToSleep(world: World, { facts: { pod } }: PodSnapshot, reason: string): Promise<void> {
  const rest = await world.prober.rest(pod.id, pod.spec.idle?.sleepAfterSeconds ?? 0);
  if (rest.kind === "stay") {
    world.log.info({ pod: podLabel(pod), why: rest.why, until: rest.until }, "not put to sleep");
    return;
  }
  await world.database.asSystem(async (store) => {
    await store.pods.setDesired(pod.id, "sleeping", undefined, pod.generation, rest.wakeAt);
    await store.events.append(told(pod, "pod.slept", `${podLabel(pod)} was put to sleep: ${reason}.`, { wakeAt: rest.wakeAt }));
  });
}

/** A sleeping pod whose time has come is wanted running. Throws `unavailable` where a rule of today says no: it is tried again. */
export async function wakeDue(world: World, { facts: { pod } }: PodSnapshot): Promise<void> {
  const machine = await world.machine();
  await world.database.asSystem(async (store) => {
    const refusal = await startRefusal(store, pod, machine);
    if (refusal !== null) throw new AppError("unavailable", refusal);
    await store.pods.setDesired(pod.id, "running", undefined, pod.generation);
    await store.events.append(
      told(pod, "pod.woken", `${podLabel(pod)} was woken for a job of its own.`, { wakeAt: pod.asleep?.wakeAt ?? null }),
    );
  });
}

const told = (pod: Pod, type: string, message: string, data: Record<string, unknown>) => ({
  type,
  tenant: pod.tenant,
  tenantId: pod.tenantId,
  pod: pod.name,
  podId: pod.id,
  actor: "system",
  source: null,
  result: "ok" as const,
  message,
  data,
});
