import { crashLoopAt } from "./plan-backoff.ts";
import { isToRun, type Pod } from "./pod.ts";
import { lacksNumber, type PodView, podFailure, type UnitView } from "./pod-view.ts";
import type { PodSnapshot } from "./snapshot.ts";
import type { Phase } from "./status.ts";

/** One word and one sentence for where the pod stands. */
export function describePhase(snapshot: PodSnapshot, view: PodView | null): { phase: Phase; message: string } {
  const { pod } = snapshot.facts;
  if (!view) {
    const phase: Phase = pod.desired === "deleted" ? "deleting" : "unknown";
    return { phase, message: "The runtime does not answer." };
  }
  if (pod.desired === "deleted") return { phase: "deleting", message: "Being deleted." };
  if (!isToRun(pod)) {
    const isRunning = [...view.units.flatMap((u) => [u.current, ...u.old]), ...view.strays].some((o) => o?.state === "running");
    if (isRunning) return { phase: "stopping", message: "Being stopped." };
    if (pod.held !== null) return { phase: "stopped", message: "It stands still while its data is copied or brought back." };
    return pod.desired === "sleeping"
      ? { phase: "sleeping", message: asleepMessage(pod) }
      : { phase: "stopped", message: "Stopped on request." };
  }
  return running(snapshot, view);
}

function asleepMessage(pod: Pod): string {
  if (pod.asleep === null) return "Asleep until the next request.";
  const { since, wakeAt } = pod.asleep;
  const failure = podFailure(pod);
  if (wakeAt !== null && failure)
    return `Asleep since ${minute(since)}; it was to wake at ${minute(wakeAt)}, which is tried again: ${failure.message}`;
  return wakeAt === null
    ? `Asleep since ${minute(since)}; wakes for traffic.`
    : `Asleep since ${minute(since)}; wakes for traffic or at ${minute(wakeAt)}.`;
}

const minute = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;

function running(snapshot: PodSnapshot, view: PodView): { phase: Phase; message: string } {
  const { pod, routes } = snapshot.facts;
  if (pod.spec.lifecycle === "task" && view.units.every((unit) => unit.isDone))
    return { phase: "succeeded", message: "Every unit ended with exit code 0." };
  if (lacksNumber(view)) return { phase: "failing", message: "A number range is used up; see the conditions." };
  const failing = view.units.find(isFailing);
  if (failing?.failure) return { phase: "failing", message: failing.failure.message };
  const ofPod = podFailure(pod);
  if (ofPod && !view.units.some((unit) => unit.current)) return { phase: "failing", message: ofPod.message };
  const waiting = view.units.filter((unit) => !unit.isReady);
  if (waiting.length > 0) {
    const first = waiting[0] as UnitView;
    const wasRunning = ["running", "degraded"].includes(pod.status.phase) && pod.status.observedGeneration === pod.generation;
    if (wasRunning) return { phase: "degraded", message: first.failure?.message ?? `${first.spec.name} is not ready.` };
    const phase: Phase = view.units.some((unit) => unit.current) ? "starting" : "preparing";
    return { phase, message: first.message ?? `Waiting for ${waiting.map((unit) => unit.spec.name).join(", ")}.` };
  }
  const served = snapshot.gateway?.servedVersion ?? Number.POSITIVE_INFINITY;
  const unserved = routes.some(
    (route) => route.version > served || route.state !== "serving" || !isWanted(view, route.unit, route.upstreams[0]?.id),
  );
  if (unserved) return { phase: "starting", message: "Ready; its routes are being switched." };
  const isTold = view.units.some((unit) => unit.live === "due");
  return { phase: "running", message: isTold ? "Running; it is being told its new settings." : "Running." };
}

function isFailing(unit: UnitView): boolean {
  return (
    unit.failure !== null &&
    (!unit.isReady || unit.failure.reason === "candidate") &&
    (!unit.failure.retry || unit.failure.count >= crashLoopAt)
  );
}

/** Whether the route's upstream is the unit's wanted instance. */
function isWanted(view: PodView, name: string, upstream: string | undefined): boolean {
  const unit = view.units.find((u) => u.spec.name === name);
  return unit?.isDone === true || upstream?.endsWith(`/${unit?.revision}`) === true;
}
