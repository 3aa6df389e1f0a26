import type { Log } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";
import type { Repositories } from "./repositories.ts";

const everyMs = 3_600_000;

/** Takes away what was pushed and belongs to nothing any more, at once and every hour. Gives the way to stop. */
export function startPushedSweep(repositories: Pick<Repositories, "sweep">, log: Log): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const sweep = (): void => {
    running = running
      .then(() => repositories.sweep())
      .then(
        () => undefined,
        (thrown: unknown) => log.warn({ causes: causeChain(thrown) }, "repositories that belong to nothing could not be looked for"),
      );
  };
  sweep();
  const timer = setInterval(sweep, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}
