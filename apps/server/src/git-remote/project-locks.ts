import { AppError } from "@agentpod/core/errors";

/** One at a time for each key, in this process; the others wait in their order. */
export interface ProjectLocks {
  /** Gives the way to let go. Throws `unavailable` where others take longer than `withinMs`. */
  take(key: string, withinMs: number): Promise<() => void>;
  isFree(key: string): boolean;
}

export function projectLocks(): ProjectLocks {
  const queues = new Map<string, Promise<void>>();
  return {
    isFree: (key) => !queues.has(key),
    async take(key, withinMs) {
      const before = queues.get(key) ?? Promise.resolve();
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const after = before.then(() => held);
      queues.set(key, after);
      void after.then(() => {
        if (queues.get(key) === after) queues.delete(key);
      });
      const timer = new AbortController();
      const late = new Promise<"late">((resolve) => {
        const timeout = setTimeout(() => resolve("late"), withinMs);
        timer.signal.addEventListener("abort", () => clearTimeout(timeout));
      });
      const first = await Promise.race([before, late]);
      timer.abort();
      if (first !== "late") return release;
      release();
      throw new AppError("unavailable", "Another push to it is under way: try again in a moment.");
    },
  };
}
