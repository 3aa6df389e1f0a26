import type { PodLogLine } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { LogQuery, Runtime } from "@agentpod/core/runtime";
import type { EventFeed } from "./event-feed.ts";
import { mergeAsync } from "./merge-async.ts";
import { wakeable } from "./wakeable.ts";

export interface PodLogSource {
  runtime: Pick<Runtime, "logs">;
  feed: EventFeed;
  /** The pod as it is now; null once it is gone. */
  look(): Promise<Pod | null>;
  clock(): Date;
}

/** How long a follower waits before it looks again although nothing happened. */
const idleMs = 15_000;

/**
 * The log lines of some units of a pod, each marked with its unit. A follower stays through restarts and new revisions
 * and ends with the pod or the signal.
 */
export function podLogs(source: PodLogSource, pod: Pod, units: readonly string[], query: LogQuery): AsyncIterable<PodLogLine> {
  return mergeAsync(units.map((unit) => (query.follow ? follow(source, pod, unit, query) : linesOf(source, pod, unit, query))));
}

async function* linesOf(source: PodLogSource, pod: Pod, unit: string, query: LogQuery): AsyncGenerator<PodLogLine> {
  const status = pod.status.units.find((entry) => entry.name === unit);
  if (status === undefined || status.state === "absent") return;
  try {
    for await (const line of source.runtime.logs({ pod: pod.id, unit, revision: status.revision }, query)) yield { unit, ...line };
  } catch (error) {
    // It went between the look and the call; what it said is gone with it.
    if (toAppError(error).code !== "not_found") throw error;
  }
}

async function* follow(source: PodLogSource, first: Pod, unit: string, query: LogQuery): AsyncGenerator<PodLogLine> {
  const waker = wakeable(query.signal);
  const unsubscribe = source.feed.subscribe(waker.wake);
  let pod: Pod | null = first;
  let seenRun: string | null = null;
  let seenRevision: string | null = null;
  let endedAt = query.since;
  try {
    while (pod !== null && !query.signal.aborted) {
      const now = pod.status.units.find((entry) => entry.name === unit);
      if (now !== undefined && now.runId !== null && now.runId !== seenRun) {
        // A new revision's log is all new, also what it said before the old one ended; a new run of the same one goes on.
        const since = now.revision === seenRevision ? endedAt : query.since;
        yield* linesOf(source, pod, unit, { ...query, tail: seenRun === null ? query.tail : null, since });
        seenRun = now.runId;
        seenRevision = now.revision;
        endedAt = source.clock();
      } else await waker.wait(idleMs);
      pod = query.signal.aborted ? null : await source.look();
    }
  } finally {
    unsubscribe();
  }
}
