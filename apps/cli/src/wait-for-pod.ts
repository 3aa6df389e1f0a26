import type { Client } from "@agentpod/client/create-client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { PodName } from "./pod-name.ts";

/** What is waited for. Null is a pod that is gone. */
export type Goal = (pod: PodView | null) => boolean;

/** Its newest intent is reached and it runs, or has done its task. */
export const isUp: Goal = (pod) => pod !== null && settled(pod) && (pod.phase === "running" || pod.phase === "succeeded");
export const isStopped: Goal = (pod) => pod !== null && settled(pod) && pod.phase === "stopped";
/** Or stopped by its owner, which sleep leaves as it is. */
export const isAsleep: Goal = (pod) => pod !== null && settled(pod) && (pod.phase === "sleeping" || pod.phase === "stopped");
export const isGone: Goal = (pod) => pod === null;

const settled = (pod: PodView) => pod.observedGeneration >= pod.generation;

/** A look although nothing was heard, in case the way that events take is slow. */
const lookAgainMs = 5000;

export interface WaitOptions {
  timeoutSeconds: number;
  signal: AbortSignal;
  progress(text: string): void;
}

/**
 * Makes a change and waits until the pod is as wanted: looks at the pod whenever an event of it comes. Gives the pod, null
 * once it is gone. Throws `unavailable` when the time is over, and at once when trying again will not help.
 */
export async function changeAndWait(
  client: Client,
  { tenant, pod: name }: PodName,
  change: () => Promise<unknown>,
  goal: Goal,
  options: WaitOptions,
): Promise<PodView | null> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.signal]);
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  let said = "";
  const look = async () => {
    const pod = await client.pods.get(tenant, name).catch((error: unknown) => {
      if (toAppError(error).code === "not_found") return null;
      throw error;
    });
    const text = pod === null ? "gone" : `${pod.phase}: ${pod.message}`;
    if (text !== said) options.progress(text);
    said = text;
    return pod;
  };
  const bell = eventBell(client, { tenant, pod: name }, signal);
  try {
    // The stream is open before the change is made, so that no event of it is missed.
    await bell.opened;
    await change();
    for (;;) {
      const pod = await look();
      if (goal(pod)) return pod;
      if (pod === null) throw new AppError("not_found", `pod ${tenant}/${name} is gone`);
      refuseHopeless(pod);
      const left = deadline - Date.now();
      if (left <= 0)
        throw new AppError("unavailable", `pod ${tenant}/${name} is not there after ${options.timeoutSeconds} s; it is ${said}`);
      if (options.signal.aborted) throw new AppError("unavailable", "waiting was interrupted; the change goes on");
      await bell.rings(Math.min(left, lookAgainMs));
    }
  } finally {
    stop.abort();
  }
}

function refuseHopeless(pod: PodView): void {
  if (!settled(pod)) return;
  const crashing = pod.conditions.find((condition) => condition.type === "CrashLoop" && condition.status === "true");
  const hopeless = Object.values(pod.failures).find((failure) => !failure.retry);
  const found = crashing ?? hopeless;
  if (found === undefined) return;
  const code = found.fault === "user" ? "invalid" : "unavailable";
  throw new AppError(code, `pod ${pod.tenant}/${pod.name} does not come up: ${found.message}`);
}

/** Rings at every event of a pod. `opened` rejects when the stream cannot be opened. */
function eventBell(
  client: Client,
  name: PodName,
  signal: AbortSignal,
): { opened: Promise<void>; rings(milliseconds: number): Promise<void> } {
  let ring = () => {};
  let rung = false;
  const hit = () => {
    rung = true;
    ring();
  };
  const opened = new Promise<void>((resolve, reject) => {
    const listen = async () => {
      for await (const _ of client.events.watch({ ...name, signal, onOpen: () => resolve() })) hit();
    };
    listen().catch(reject);
  });
  opened.catch(() => undefined);
  signal.addEventListener("abort", hit, { once: true });
  return {
    opened,
    rings: (milliseconds) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          rung = false;
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        ring = done;
        if (rung) done();
      }),
  };
}
