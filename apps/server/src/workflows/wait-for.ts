import { AppError } from "@agentpod/core/errors";
import type { Json } from "@agentpod/core/operation";
import type { Database, Store } from "@agentpod/core/store";
import type { EventFeed } from "../routes/event-feed.ts";
import { wakeable } from "../routes/wakeable.ts";
import type { Look } from "./workflow.ts";

export interface WaitDeps {
  database: Pick<Database, "asSystem">;
  feed: Pick<EventFeed, "subscribe">;
  clock(): Date;
  signal: AbortSignal;
  /** What is said while a look has nothing to say. */
  about: string;
  say(message: string): Promise<void>;
}

/** Events come in bursts: there is one look in so long, the first of them at once. */
const gatherMs = 50;
/** A look although nothing was heard, in case a notification was lost. */
const quietMs = 15_000;

/** Looks until it is done: at once, as events come, when asked to, and from time to time. Ends with the signal by throwing. */
export async function waitFor<T extends Json>(deps: WaitDeps, look: (store: Store, now: Date) => Promise<Look<T>>): Promise<T> {
  const { signal } = deps;
  const waker = wakeable(signal);
  // Subscribed before the first look: what comes between the two wakes it.
  const unsubscribe = deps.feed.subscribe(waker.wake);
  let said = deps.about;
  try {
    for (;;) {
      if (signal.aborted) throw new AppError("unavailable", "Waiting was interrupted.");
      const lookedAt = performance.now();
      const found = await deps.database.asSystem((store) => look(store, deps.clock()));
      if (found.is === "done") return found.value;
      const message = found.message ?? deps.about;
      if (message !== said) {
        said = message;
        await deps.say(said);
      }
      const isWoken = await waker.wait(Math.min(found.againMs ?? quietMs, quietMs));
      if (isWoken && !signal.aborted) await pause(gatherMs - (performance.now() - lookedAt), signal);
    }
  } finally {
    unsubscribe();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener("abort", done);
  });
}
