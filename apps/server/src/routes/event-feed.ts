import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";

/** One subscription to the database's `events` channel, shared by all open streams. */
export interface EventFeed {
  /** Calls `wake` when there may be new events; a wake-up is never data. Gives the unsubscribe function. */
  subscribe(wake: () => void): () => void;
  close(): void;
}

const reconnectMs = 1000;

/** Listens while somebody is subscribed, and wakes everybody after each reconnect, since notifications may have been missed. */
export function eventFeed(database: Pick<Database, "listen">, log: Log): EventFeed {
  const wakers = new Set<() => void>();
  let current: AbortController | null = null;
  const wakeAll = () => {
    for (const wake of wakers) wake();
  };
  async function run(signal: AbortSignal) {
    while (!signal.aborted) {
      try {
        for await (const _ of database.listen("events", signal, wakeAll)) wakeAll();
      } catch (error) {
        if (!signal.aborted) log.warn({ error: String(error) }, "event notifications broke off; listening again");
      }
      if (!signal.aborted) await pause(reconnectMs, signal);
    }
  }
  const stop = () => {
    current?.abort();
    current = null;
  };
  return {
    subscribe(wake) {
      wakers.add(wake);
      if (current === null) {
        current = new AbortController();
        void run(current.signal);
      }
      return () => {
        wakers.delete(wake);
        if (wakers.size === 0) stop();
      };
    },
    close: stop,
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
