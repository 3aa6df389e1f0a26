import { setTimeout as delay } from "node:timers/promises";
import type { EventFeed } from "./routes/event-feed.ts";

export interface SweepDeps {
  feed: Pick<EventFeed, "subscribe">;
  /** The longest wait without an event, in milliseconds. */
  everyMs: number;
  /** Events come in bursts: between one look and the next is so long, in milliseconds; the first looks at once. 1000 unless given. */
  gatherMs?: number;
  /** One look at everything; never runs twice at a time. */
  sweep(signal: AbortSignal): Promise<void>;
  /** A look of the loop's own failed; the next is due. Not told once stopped. */
  onFailure(error: unknown): void;
}

export interface Sweeps {
  /** A look now, after one that is under way; throws what it throws. */
  sweep(): Promise<void>;
  /** Gives back once the last look has ended. */
  stop(): Promise<void>;
}

/** Looks at once, as events come, and from time to time. */
export function startSweeps({ feed, everyMs, gatherMs = 1000, sweep: sweepOnce, onFailure }: SweepDeps): Sweeps {
  const abort = new AbortController();
  const { signal } = abort;
  let running: Promise<void> = Promise.resolve();
  const sweep = (): Promise<void> => {
    const next = () => sweepOnce(signal);
    running = running.then(next, next);
    return running;
  };

  let wake: () => void = () => undefined;
  const unsubscribe = feed.subscribe(() => wake());
  const loop = (async () => {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await sweep().catch((error) => {
        if (!signal.aborted) onFailure(error);
      });
      const sweptAt = performance.now();
      await Promise.race([woken, pause(everyMs, signal)]);
      await pause(Math.max(0, gatherMs - (performance.now() - sweptAt)), signal);
    }
  })();
  return {
    sweep,
    async stop() {
      abort.abort();
      unsubscribe();
      await loop;
      await running.catch(() => undefined);
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
