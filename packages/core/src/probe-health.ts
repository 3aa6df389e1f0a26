import { remainingMs } from "./plan-backoff.ts";
import type { ProbeSpec } from "./pod-spec.ts";
import type { UnitId } from "./runtime.ts";
import type { HealthReport } from "./snapshot.ts";

/** A run that is to be probed, with its probe's placeholders filled. */
export interface ProbeTarget {
  id: UnitId;
  runId: string;
  probe: ProbeSpec;
  startedAt: string;
}

/** What a prober keeps of one run between two probes. */
export interface ProbeState {
  report: HealthReport;
  /** Failures in a row since the last success. */
  failures: number;
  everHealthy: boolean;
}

export const firstProbeState = (now: Date): ProbeState => ({
  report: { state: "starting", message: "Not answered yet.", since: now.toISOString() },
  failures: 0,
  everHealthy: false,
});

/** The state after one more probe; `failure` is a sentence, or null when it succeeded. */
export function nextProbeState(before: ProbeState, target: ProbeTarget, failure: string | null, now: Date): ProbeState {
  const report = (state: HealthReport["state"], message: string): HealthReport => ({
    state,
    message,
    since: before.report.state === state ? before.report.since : now.toISOString(),
  });
  if (failure === null) return { report: report("healthy", ""), failures: 0, everHealthy: true };
  const failures = before.failures + 1;
  const { probe } = target;
  if (before.everHealthy) {
    const isLost = failures >= probe.failures;
    return { report: isLost ? report("unhealthy", failure) : before.report, failures, everHealthy: true };
  }
  const isLate = remainingMs(target.startedAt, probe.startSeconds, now) === 0;
  const message = isLate ? `not healthy within ${probe.startSeconds} s: ${failure}` : failure;
  return { report: report(isLate ? "unhealthy" : "starting", message), failures, everHealthy: false };
}

/** Milliseconds to the next probe: quick and then slower while starting or failing, the interval once healthy. */
export function probeDelayMs(state: ProbeState, probe: ProbeSpec): number {
  const interval = probe.intervalSeconds * 1000;
  if (state.failures === 0) return interval;
  if (state.everHealthy) return Math.min(interval, 1000);
  // A command costs the engine far more than a connection; the rest is asked often enough to be late by a tenth at most.
  const quick = probe.kind === "exec" ? 10 * 1.25 ** state.failures : 5 * 1.1 ** state.failures;
  return Math.min(interval, 1000, quick);
}
