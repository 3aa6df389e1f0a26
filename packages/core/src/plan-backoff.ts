import type { Failure } from "./status.ts";

/** Seconds to wait after the n-th failure in a row: at once, then 1, 5, 10, 20 … at most 300. */
export function retryDelay(count: number): number {
  if (count <= 1) return 0;
  if (count === 2) return 1;
  return Math.min(300, 5 * 2 ** (count - 3));
}

/** Failures in a row from which a unit counts as crash-looping and someone is told. */
export const crashLoopAt = 3;

/** Seconds a unit must have been ready for its failures to be forgotten. */
export const stableSeconds = 60;

/** Seconds a unit without a probe must have run to count as ready: one that exits at once never was. */
export const settleSeconds = 1;

/** Milliseconds from now to an instant that lies `seconds` after `start`; a start in the future (a clock set back) counts as long past. */
export function remainingMs(start: string, seconds: number, now: Date): number {
  const begin = Date.parse(start);
  return begin > now.getTime() + 1000 ? 0 : Math.max(0, begin + seconds * 1000 - now.getTime());
}

/** Whether a failed thing may be tried again now; null is nothing failed. */
export function isDue(failure: Failure | null, now: Date): boolean {
  if (!failure) return true;
  return failure.retry && remainingMs(failure.lastAt, retryDelay(failure.count), now) === 0;
}

/** The failure after one more. A run that was counted already is not counted twice; a switch to it that failed (`candidate`) is, each time. */
export function countFailure(previous: Failure | null, failure: Omit<Failure, "count" | "lastAt">, now: Date): Failure {
  const sameRevision = previous !== null && previous.revision === failure.revision && previous.live === failure.live;
  const sameRun = sameRevision && failure.runId !== null && previous.runId === failure.runId && previous.reason === failure.reason;
  if (sameRun && failure.reason !== "candidate") return previous;
  return { ...failure, count: (sameRevision ? previous.count : 0) + 1, lastAt: now.toISOString() };
}
