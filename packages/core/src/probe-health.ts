import { type ChannelHealth, type ChannelSight, channelsNow } from "./channel-health.ts";
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
  /** As last stored: since when each of them is as it is. */
  channels?: ChannelHealth[];
}

/** What a prober keeps of one run between two probes. */
export interface ProbeState {
  report: HealthReport;
  /** Failures in a row since the last success. */
  failures: number;
  everHealthy: boolean;
}

/** `channels`: what was known of them before this process began. */
export const firstProbeState = (now: Date, channels?: ChannelHealth[]): ProbeState => ({
  report: { state: "starting", message: "Not answered yet.", since: now.toISOString(), ...(channels !== undefined && { channels }) },
  failures: 0,
  everHealthy: false,
});

/** What one probe found. */
export interface ProbeAnswer {
  /** A sentence; null: it is well. */
  failure: string | null;
  /** Null: the probe does not tell of channels, or could not be asked for them. */
  channels: readonly ChannelSight[] | null;
}

/** The state after one more probe. What was known of channels is kept until they are told of again. */
export function nextProbeState(before: ProbeState, target: ProbeTarget, { failure, channels }: ProbeAnswer, now: Date): ProbeState {
  const known = channels === null ? before.report.channels : channelsNow(before.report.channels ?? [], channels, now);
  const report = (state: HealthReport["state"], message: string): HealthReport => ({
    state,
    message,
    since: before.report.state === state ? before.report.since : now.toISOString(),
    ...(known !== undefined && { channels: known }),
  });
  if (failure === null) return { report: report("healthy", ""), failures: 0, everHealthy: true };
  const failures = before.failures + 1;
  const { probe } = target;
  if (before.everHealthy) {
    const isLost = failures >= probe.failures;
    return {
      report: isLost ? report("unhealthy", failure) : report(before.report.state, before.report.message),
      failures,
      everHealthy: true,
    };
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
