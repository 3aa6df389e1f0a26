import { setTimeout as delay } from "node:timers/promises";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { LogLine, Runtime, UnitId } from "@agentpod/core/runtime";
import type { KeptLine } from "./kept-line.ts";
import type { KeptLog } from "./kept-log.ts";
import { newLinesOnly, sinceOf } from "./log-cursor.ts";

export interface PumpOptions {
  id: UnitId;
  runtime: Pick<Runtime, "logs">;
  log: KeptLog;
  clock(): Date;
  /** Takes out what must not be kept. */
  clean(text: string): string;
  /** Every line that was kept. */
  kept(line: KeptLine): void;
  onFailure(error: unknown): void;
}

const retryMs = 2000;
const breathAfter = 500;

/**
 * Carries the log of one unit instance into the kept log: follows it while it runs, and reads to the end when asked. One reading
 * at a time, each from where the last one ended.
 */
export class UnitPump {
  readonly #options: PumpOptions;
  readonly #stop = new AbortController();
  #reading = new AbortController();
  #drains: (() => void)[] = [];
  #isRunning = false;
  #isIdle = false;
  #wake: () => void = () => undefined;
  readonly #ended: Promise<void>;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /** Nothing is read, and nothing is to be. */
  get isIdle(): boolean {
    return this.#isIdle;
  }

  /** The unit runs: follows it unless it does so. */
  run(): void {
    this.#isRunning = true;
    this.#wake();
  }

  /** Resolves once all that had been written when it was called is kept, or cannot be read. */
  drain(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drains.push(resolve);
      this.#reading.abort();
      this.#wake();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#reading.abort();
    this.#wake();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const waiting = this.#drains.splice(0);
      const isFollowing = waiting.length === 0 && this.#isRunning;
      if (waiting.length === 0 && !isFollowing) {
        this.#isIdle = true;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#isIdle = false;
        continue;
      }
      // A follower's stream ends with its run; the next run is told of by `run`.
      if (isFollowing) this.#isRunning = false;
      this.#reading = new AbortController();
      const failed = await this.#read(isFollowing, this.#reading.signal).then(
        () => null,
        (error: unknown) => error,
      );
      if (isFollowing && (this.#reading.signal.aborted || failed !== null)) this.#isRunning = true;
      for (const resolve of waiting) resolve();
      if (failed === null || signal.aborted) continue;
      if (toAppError(failed).code === "not_found") this.#isRunning = false;
      else {
        this.#options.onFailure(failed);
        await delay(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
    for (const resolve of this.#drains.splice(0)) resolve();
  }

  async #read(follow: boolean, signal: AbortSignal): Promise<void> {
    const { id, runtime, log } = this.#options;
    const { unit, revision } = id;
    const isNew = newLinesOnly(log.cursors, unit, revision);
    const { failures } = log;
    let kept = 0;
    const reading = this.#reading;
    const unlisten = log.listen(() => log.failures !== failures && reading.abort());
    try {
      for await (const line of runtime.logs(id, { follow, tail: null, since: sinceOf(log.cursors, unit, revision), signal })) {
        if (signal.aborted) break;
        const at = line.at === null ? this.#options.clock().toISOString() : momentOf(line.at);
        if (!isNew(line, at)) continue;
        this.#keep(line, at);
        // A unit that says much leaves others their turn.
        if (++kept % breathAfter === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      log.flush();
    } finally {
      unlisten();
    }
    if (log.failures !== failures) throw new AppError("unavailable", "the disk took no log lines; they are read again");
  }

  #keep({ stream, text }: LogLine, at: string): void {
    const { id, log, clean, kept } = this.#options;
    const line = { at, unit: id.unit, revision: id.revision, stream, text: clean(text) };
    log.append(line);
    kept(line);
  }
}

/** In UTC, with all its digits: such moments can be compared as they stand. */
const momentOf = (at: string): string => (/\.\d{3,9}Z$/.test(at) ? at : new Date(at).toISOString());
