import type { Action } from "./action.ts";
import { remainingMs, retryDelay, settleSeconds, stableSeconds } from "./plan-backoff.ts";
import { planDelete, planStop } from "./plan-end.ts";
import { planHold } from "./plan-hold.ts";
import { idleMs } from "./plan-idle.ts";
import { drainMs } from "./plan-old-units.ts";
import { planRun } from "./plan-run.ts";
import { deriveStatus } from "./plan-status.ts";
import { type PodView, podFailure, viewPod } from "./pod-view.ts";
import type { ProbeTarget } from "./probe-health.ts";
import { sameJson } from "./same-json.ts";
import type { PodSnapshot } from "./snapshot.ts";
import type { PodStatus } from "./status.ts";

export interface Plan {
  /** In order. Empty: nothing to do until something changes or `wakeInMs` has passed. */
  actions: Action[];
  status: PodStatus;
  /** Milliseconds until the plan may differ though nothing else has changed; null: never. */
  wakeInMs: number | null;
  /** Runs that are to be probed; all others of the pod are not. */
  probes: ProbeTarget[];
}

/**
 * What to do for one pod, and what is true of it. Total and deterministic: the same snapshot and time give the same
 * plan. Where the runtime did not answer nothing is done: absence was not seen.
 */
export function plan(snapshot: PodSnapshot, now: Date): Plan {
  const { pod } = snapshot.facts;
  const { observed } = snapshot;
  const view = observed ? viewPod(snapshot, observed, now) : null;
  const status = deriveStatus(snapshot, view, now);
  const save: Action[] = sameJson(status, pod.status) ? [] : [{ kind: "save-status", status }];
  const expires = expiry(snapshot, now);
  if (expires === 0)
    return {
      actions: [...save, { kind: "set-desired", desired: "deleted", reason: "its time to live is over" }],
      status,
      wakeInMs: null,
      probes: [],
    };
  if (!observed || !view) return { actions: save, status, wakeInMs: soonest([expires]), probes: [] };
  const idle = idleMs(snapshot, view, status, now);
  const dueMs = wakeMs(snapshot, now);
  const seen: PodSnapshot = { ...snapshot, facts: { ...snapshot.facts, pod: { ...pod, status } } };
  const steps = idle === 0 ? [fallAsleep(seen)] : dueMs === 0 ? [wakeUp] : planSteps(seen, observed, view, now);
  const wakeInMs = soonest([expires, idle, dueMs, ...waits(seen, view, now)]);
  return { actions: [...save, ...steps], status, wakeInMs, probes: probeTargets(view) };
}

function planSteps(snapshot: PodSnapshot, observed: NonNullable<PodSnapshot["observed"]>, view: PodView, now: Date): Action[] {
  const { held, desired } = snapshot.facts.pod;
  if (held !== null && desired !== "deleted") return planHold(snapshot, observed, view, now);
  switch (desired) {
    case "running":
      return planRun(snapshot, observed, view, now);
    case "sleeping":
    case "stopped":
      return planStop(snapshot, view, now);
    case "deleted":
      return planDelete(snapshot, observed);
  }
}

function fallAsleep({ facts: { pod } }: PodSnapshot): Action {
  const reason = `no request for ${pod.spec.idle?.sleepAfterSeconds} s`;
  return { kind: "set-desired", desired: "sleeping", reason };
}

const wakeUp: Action = { kind: "set-desired", desired: "running", reason: "a job of its own is due" };

/** Milliseconds until a sleeping pod is to be woken, and tried again where that was refused; null while nothing is due. */
function wakeMs({ facts: { pod } }: PodSnapshot, now: Date): number | null {
  if (pod.desired !== "sleeping" || pod.held !== null || !pod.asleep?.wakeAt) return null;
  const failure = podFailure(pod);
  const againMs = failure?.retry ? remainingMs(failure.lastAt, retryDelay(failure.count), now) : 0;
  return Math.max(0, Date.parse(pod.asleep.wakeAt) - now.getTime(), againMs);
}

function expiry({ facts: { pod } }: PodSnapshot, now: Date): number | null {
  return pod.spec.ttlSeconds === undefined || pod.desired === "deleted" ? null : remainingMs(pod.createdAt, pod.spec.ttlSeconds, now);
}

function waits(snapshot: PodSnapshot, view: PodView, now: Date): (number | null)[] {
  const failure = podFailure(snapshot.facts.pod);
  const isFallingAsleep = snapshot.facts.pod.desired === "sleeping";
  const units = view.units.flatMap((unit) => [
    unit.failure?.retry ? remainingMs(unit.failure.lastAt, retryDelay(unit.failure.count), now) : null,
    unit.failure && unit.current?.startedAt ? remainingMs(unit.current.startedAt, stableSeconds, now) : null,
    !unit.spec.probe && unit.current?.startedAt ? remainingMs(unit.current.startedAt, settleSeconds, now) : null,
    ...[...unit.old, ...(isFallingAsleep && unit.current ? [unit.current] : [])].map((old) => drainMs(snapshot, old, now)),
  ]);
  const pod = failure?.retry ? [0, stableSeconds].map((more) => remainingMs(failure.lastAt, retryDelay(failure.count) + more, now)) : [];
  return [...pod, ...units];
}

function soonest(times: (number | null)[]): number | null {
  const ahead = times.filter((ms): ms is number => ms !== null && ms > 0 && Number.isFinite(ms));
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function probeTargets(view: PodView): ProbeTarget[] {
  return view.units.flatMap(({ current, probe, channels }) => {
    if (!probe || current?.state !== "running") return [];
    const { id, runId, startedAt } = current;
    return [{ id, runId, probe, startedAt: startedAt ?? "", ...(channels !== undefined && { channels }) }];
  });
}
