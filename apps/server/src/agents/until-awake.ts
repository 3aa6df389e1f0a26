import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";

const againMs = 500;
/** A start takes ten to twenty seconds; on a machine that is busy with others some times that. */
const limitMs = 180_000;

/** Waits for an agent that was woken until it is well. Throws `unavailable` where it does not come, `conflict` where it is no longer wanted; ends with the signal. */
export async function untilAwake(look: () => Promise<Pod>, unit: string, signal: AbortSignal): Promise<Pod> {
  const since = performance.now();
  for (;;) {
    const pod = await look();
    const label = podLabel(pod);
    if (pod.status.units.find(({ name }) => name === unit)?.health === "healthy" && pod.status.phase === "running") return pod;
    if (pod.desired !== "running") throw new AppError("conflict", `${label} was stopped before it was awake; start it and ask again`);
    const isSettled = pod.status.observedGeneration === pod.generation;
    if (isSettled && pod.status.phase === "failing") throw new AppError("unavailable", `${label} does not wake: ${pod.status.message}`);
    if (performance.now() - since > limitMs) throw new AppError("unavailable", `${label} is still waking up; ask again in a moment`);
    await delay(againMs, undefined, { signal });
  }
}
