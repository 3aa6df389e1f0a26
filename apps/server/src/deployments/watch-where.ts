import { setTimeout as delay } from "node:timers/promises";
import type { StepAt } from "../workflows/workflow.ts";
import type { DeployDeps } from "./deploy-deps.ts";
import { listensWhere } from "./listens-where.ts";

/** A program that is only slow listens by then. */
const firstMs = 15_000;
const againMs = 10_000;

/**
 * While `work` waits for an application to answer, looks where it listens instead, and says so: once it has failed it is ended, and nothing can be seen
 * of it any more. `work` may ask for the last that was seen, null where there was nothing. Gives what `work` gives, with the last of all.
 */
export async function watchWhere<T extends object>(
  deps: DeployDeps,
  deployment: string,
  at: StepAt,
  work: (seen: () => string | null) => Promise<T>,
): Promise<T & { seen: string | null }> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, at.signal]);
  let seen: string | null = null;
  const watch = async (): Promise<void> => {
    await delay(firstMs, undefined, { signal });
    for (;;) {
      const found = await listensWhere(deps, deployment);
      if (found !== null && found !== seen && !signal.aborted) await at.say(found);
      seen = found ?? seen;
      await delay(againMs, undefined, { signal });
    }
  };
  // What cannot be seen is no reason for a deployment to fail.
  void watch().catch(() => undefined);
  try {
    const found = await work(() => seen);
    return { ...found, seen };
  } finally {
    over.abort();
  }
}
