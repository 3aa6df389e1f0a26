/** A wait that ends by a wake-up, a time, or the end of the signal. A wake-up while nobody waits is kept. */
export interface Wakeable {
  wake: () => void;
  /** True when woken, false when the time is over. */
  wait(milliseconds: number): Promise<boolean>;
}

export function wakeable(signal: AbortSignal): Wakeable {
  let woken = false;
  let wakeUp: (() => void) | null = null;
  const wake = () => {
    woken = true;
    wakeUp?.();
  };
  signal.addEventListener("abort", wake, { once: true });
  return {
    wake,
    async wait(milliseconds) {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wakeUp = null;
      }
      const was = woken;
      woken = false;
      return was;
    },
  };
}
