/** Runs `work` for keys: one at a time per key, a few keys at once; a key added while its work runs is run once more. */
export interface WorkQueue {
  add(key: string): void;
  /** Adds the key after a time, unless it is added sooner. */
  addLater(key: string, milliseconds: number): void;
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
  /** Takes nothing more; resolves when what runs has ended. */
  stop(): Promise<void>;
}

/** Node fires timers beyond this at once. */
const longestTimerMs = 2_147_483_647;

/** Does something long within a key's work: the key stays taken, and another one is begun in its place. */
export type Aside = <T>(act: () => Promise<T>) => Promise<T>;

export function workQueue(concurrency: number, work: (key: string, aside: Aside) => Promise<void>): WorkQueue {
  const waiting = new Set<string>();
  const running = new Set<string>();
  const later = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  let stepped = 0;
  let stopped = false;
  let idlers: (() => void)[] = [];

  const cancel = (key: string): void => {
    clearTimeout(later.get(key)?.timer);
    later.delete(key);
  };
  const aside: Aside = async (act) => {
    stepped++;
    pump();
    try {
      return await act();
    } finally {
      stepped--;
    }
  };
  const pump = (): void => {
    for (const key of waiting) {
      if (running.size - stepped >= concurrency) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      running.add(key);
      void work(key, aside).finally(() => {
        running.delete(key);
        pump();
      });
    }
    if (running.size > 0 || waiting.size > 0) return;
    const resolve = idlers;
    idlers = [];
    for (const done of resolve) done();
  };
  const idle = (): Promise<void> =>
    running.size + waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve));

  return {
    add(key) {
      if (stopped) return;
      cancel(key);
      waiting.add(key);
      pump();
    },
    addLater(key, milliseconds) {
      if (stopped) return;
      const at = Date.now() + milliseconds;
      if ((later.get(key)?.at ?? Number.POSITIVE_INFINITY) <= at) return;
      cancel(key);
      const timer = setTimeout(() => this.add(key), Math.min(milliseconds, longestTimerMs)).unref();
      later.set(key, { at, timer });
    },
    idle,
    stop() {
      stopped = true;
      for (const key of [...later.keys()]) cancel(key);
      waiting.clear();
      return idle();
    },
  };
}
