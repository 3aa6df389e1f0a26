import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../app-deps.ts";
import type { EventFeed } from "../routes/event-feed.ts";
import { type DeliverDeps, deliverDue } from "./deliver-due.ts";
import { evaluate } from "./evaluate.ts";
import { type FactSources, gatherFacts } from "./gather-facts.ts";

export interface AlerterDeps extends FactSources, DeliverDeps {
  feed: Pick<EventFeed, "subscribe">;
  log: Log;
}

/** Looks whether anything is the matter, and tells. Every control plane runs one; what is told is told once. */
export interface Alerter {
  /** One look, and everything sent that is due. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

const sweepMs = 15_000;
/** Events come in bursts: one look is for all of them. */
const gatherMs = 1000;
const hourMs = 3_600_000;
const keepMs = 30 * 24 * hourMs;

export function startAlerter(deps: AlerterDeps): Alerter {
  const { database, feed, clock, log } = deps;
  const abort = new AbortController();
  const { signal } = abort;
  let prunedAt = Number.NEGATIVE_INFINITY;

  async function sweepOnce(): Promise<void> {
    const facts = await gatherFacts(deps);
    const now = clock();
    await database.asSystem((store) => evaluate(store, facts, now));
    while (!signal.aborted && (await deliverDue(deps)) > 0);
    if (now.getTime() - prunedAt < hourMs) return;
    prunedAt = now.getTime();
    await database.asSystem((store) => store.alerts.prune(new Date(now.getTime() - keepMs)));
  }

  let running: Promise<void> = Promise.resolve();
  const sweep = (): Promise<void> => {
    running = running.then(sweepOnce, sweepOnce);
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
        if (!signal.aborted) log.warn({ err: error }, "alerts could not be looked at; the next look is due");
      });
      await Promise.race([woken, pause(sweepMs, signal)]);
      await pause(gatherMs, signal);
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
