import { setTimeout as sleep } from "node:timers/promises";
import type { UnitId } from "@agentpod/core/runtime";
import { isAlive } from "@agentpod/host/process-identity";
import { type ExitWatch, watchExit } from "./exit-watch.ts";
import { type RunRecord, runIdOf } from "./run-record.ts";
import { exitPipe } from "./unit-record.ts";

const isThere = (run: RunRecord): boolean => isAlive(run.program) || isAlive(run.supervisor);

/** Milliseconds between looks while an end is awaited: it may have come just before the pipe was opened, or the pipe may have ended first. */
const lookEvery = { piped: 200, lost: 50 };

/** Who listens for the end of which run; one pipe per running unit, no timers. */
export class RunWatches {
  readonly #watches = new Map<string, { id: UnitId; runId: string; watch: ExitWatch; dir: string; run: RunRecord }>();
  readonly #ended: (id: UnitId, dir: string, run: RunRecord) => void;

  /** `ended` is called once per run listened to, also when it ended while nobody did. */
  constructor(ended: (id: UnitId, dir: string, run: RunRecord) => void) {
    this.#ended = ended;
  }

  /** Listens for the end of this run. Twice: no effect. */
  listen(id: UnitId, dir: string, run: RunRecord): void {
    const runId = runIdOf(run);
    const known = this.#watches.get(dir);
    if (known?.runId === runId) return;
    known?.watch.close();
    const watch = watchExit(exitPipe(dir));
    this.#watches.set(dir, { id, runId, watch, dir, run });
    void watch.ended.then(() => {
      if (this.#watches.get(dir)?.watch !== watch) return;
      // The supervisor may have been killed alone: then the slow look goes on with the program.
      if (!isAlive(run.program)) this.#forget(dir);
      this.#ended(id, dir, run);
    });
    if (!isThere(run)) watch.close();
  }

  /** Runs listened to. */
  all(): { id: UnitId; dir: string; run: RunRecord }[] {
    return [...this.#watches.values()].map(({ id, dir, run }) => ({ id, dir, run }));
  }

  /** Reports those whose end was missed. */
  look(): void {
    for (const { id, dir, run } of this.all()) {
      if (isAlive(run.program)) continue;
      this.#forget(dir);
      this.#ended(id, dir, run);
    }
  }

  /** True once all of the run's two processes are gone; false when that took longer than `milliseconds`. */
  async waitForEnd(dir: string, run: RunRecord, milliseconds: number): Promise<boolean> {
    const deadline = Date.now() + milliseconds;
    const watch = watchExit(exitPipe(dir));
    let piped = true;
    void watch.ended.then(() => {
      piped = false;
    });
    const stop = new AbortController();
    try {
      while (isThere(run)) {
        const left = deadline - Date.now();
        if (left <= 0) return false;
        const timer = sleep(Math.min(left, piped ? lookEvery.piped : lookEvery.lost), undefined, { signal: stop.signal }).catch(() => {});
        await (piped ? Promise.race([watch.ended, timer]) : timer);
      }
      return true;
    } finally {
      stop.abort();
      watch.close();
    }
  }

  #forget(dir: string): void {
    this.#watches.get(dir)?.watch.close();
    this.#watches.delete(dir);
  }
}
