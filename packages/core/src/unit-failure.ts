import { countFailure, remainingMs, retryDelay, stableSeconds } from "./plan-backoff.ts";
import { isToRun, type Pod } from "./pod.ts";
import type { UnitSpec } from "./pod-spec.ts";
import type { ObservedUnit } from "./runtime.ts";
import type { HealthReport } from "./snapshot.ts";
import type { Failure } from "./status.ts";

/** The failures of a unit's wanted revision, after this look: counted once per run, forgotten once it has been stable. */
export function unitFailure(
  pod: Pod,
  spec: UnitSpec,
  revision: string,
  current: ObservedUnit | null,
  report: HealthReport | undefined,
  isDone: boolean,
  /** A route goes to this very revision. */
  isServed: boolean,
  live: { wanted: string | null; isOutdated: boolean },
  now: Date,
): Failure | null {
  const kept = pod.status.failures[spec.name];
  const previous = kept?.revision === revision && (kept.live ?? null) === live.wanted ? kept : null;
  if (!isToRun(pod) || isDone) return null;
  // What it did with other settings says nothing of these.
  if (live.isOutdated) return previous;
  const known = pod.status.units.find((unit) => unit.name === spec.name && unit.revision === revision);
  const retry = pod.spec.lifecycle === "service";
  const failed = (runId: string | null, reason: string, message: string): Failure =>
    countFailure(
      previous,
      { revision, runId, reason, message, fault: "user", retry, ...(live.wanted !== null && { live: live.wanted }) },
      now,
    );

  if (!current) {
    // It ran when last seen and nobody here removed it.
    return known?.state === "running" && known.runId !== previous?.runId
      ? failed(known.runId, "gone", `${spec.name} was removed from outside.`)
      : previous;
  }
  if (current.state === "exited") {
    const isKnown = known?.state === "exited" && known.runId === current.runId;
    // What was being stopped when last seen has not failed by ending, though it is wanted again by now.
    const wasEnded = pod.status.phase === "stopping";
    if (isKnown || wasEnded || previous?.runId === current.runId) return previous;
    if (current.oomKilled)
      return failed(
        current.runId,
        "oom",
        `${spec.name} needed more than its ${spec.resources.memoryMb} MB of memory and was ended; raise resources.memoryMb.`,
      );
    return failed(current.runId, "exited", exitSentence(spec.name, current.exitCode));
  }
  if (current.state === "running" && report?.state === "unhealthy")
    return failed(current.runId, "unhealthy", `${spec.name} is not healthy: ${report.message}`);
  // That the gateway could not reach it is mended by reaching it, not by time.
  if (previous?.reason === "candidate") return isServed ? null : previous;
  const isStable =
    current.state === "running" &&
    report?.state !== "starting" &&
    current.startedAt !== null &&
    remainingMs(current.startedAt, stableSeconds, now) === 0 &&
    // A run may be stable and yet fail to be switched to, again and again.
    (previous === null || remainingMs(previous.lastAt, stableSeconds + retryDelay(previous.count), now) === 0);
  return isStable ? null : previous;
}

function exitSentence(unit: string, code: number | null): string {
  return code === null ? `${unit} ended; its exit code was not seen.` : `${unit} ended with exit code ${code}; see its logs.`;
}
