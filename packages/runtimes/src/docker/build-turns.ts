/** Lets so many act at once; the others wait in the order in which they came. */
export interface BuildTurns {
  /** `waits` is called once where it has to wait. Rejects with the signal's reason, also while it waits. */
  take<T>(signal: AbortSignal, waits: () => void, act: () => Promise<T>): Promise<T>;
}

export function buildTurns(most: number): BuildTurns {
  const waiting: (() => void)[] = [];
  let acting = 0;
  return {
    async take(signal, waits, act) {
      signal.throwIfAborted();
      if (acting < most) acting++;
      else {
        waits();
        // Who leaves hands its place on.
        await new Promise<void>((resolve, reject) => {
          const give = (): void => {
            signal.removeEventListener("abort", leave);
            resolve();
          };
          const leave = (): void => {
            waiting.splice(waiting.indexOf(give), 1);
            reject(signal.reason);
          };
          signal.addEventListener("abort", leave, { once: true });
          waiting.push(give);
        });
      }
      try {
        return await act();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else acting--;
      }
    },
  };
}
