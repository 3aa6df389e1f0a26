import type { KeptLog } from "./kept-log.ts";

/** Waits for the next change of a kept log; one between two calls is not missed. */
export function waitForLines(log: Pick<KeptLog, "listen">, signal: AbortSignal): { next(): Promise<void>; stop(): void } {
  let changed = false;
  let wake: (() => void) | null = null;
  const change = (): void => {
    changed = true;
    wake?.();
  };
  const unlisten = log.listen(change);
  signal.addEventListener("abort", change);
  return {
    async next() {
      if (!changed && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
      wake = null;
    },
    stop() {
      unlisten();
      signal.removeEventListener("abort", change);
    },
  };
}
