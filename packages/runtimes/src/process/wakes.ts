import type { WakeUp } from "@agentpod/core/runtime";

/** Passes wake-ups to any number of listeners; those that nobody has fetched yet are kept once each. */
export class Wakes {
  readonly #queues = new Set<{ pods: Set<string | null>; ring(): void }>();

  wake(pod: string | null): void {
    for (const queue of this.#queues) {
      queue.pods.add(pod);
      queue.ring();
    }
  }

  /** Yields one for all at once, then as they come, until the signal aborts. */
  async *listen(signal: AbortSignal): AsyncGenerator<WakeUp> {
    let ring = () => {};
    const queue = { pods: new Set<string | null>([null]), ring: () => ring() };
    const aborted = () => ring();
    this.#queues.add(queue);
    signal.addEventListener("abort", aborted);
    try {
      while (!signal.aborted) {
        for (const pod of queue.pods) {
          queue.pods.delete(pod);
          yield { pod };
          if (signal.aborted) return;
        }
        await new Promise<void>((resolve) => {
          ring = resolve;
          if (queue.pods.size > 0 || signal.aborted) resolve();
        });
      }
    } finally {
      signal.removeEventListener("abort", aborted);
      this.#queues.delete(queue);
    }
  }
}
