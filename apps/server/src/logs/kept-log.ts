import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { addSummary, emptySummary, type LogSummary } from "@agentpod/core/log-summary";
import { type KeptLine, keptText, parseKept } from "./kept-line.ts";
import { type LogCursors, passCursor } from "./log-cursor.ts";
import { dropTornLine, linesOf, listSegments, type Segment, segmentPath } from "./segments.ts";
import { summarizeSegment } from "./summarize-segment.ts";

export interface KeptLogOptions {
  folder: string;
  /** The most that is kept of one pod. */
  capBytes: number;
  /** Takes what leaves the kept log before it is deleted; null: it is deleted. */
  archive: ((segment: Segment) => Promise<void>) | null;
}

/** A place in a kept log. */
export interface LogPlace {
  number: number;
  bytes: number;
}

const pieces = 8;
const flushMs = 100;
const mostPending = 256 * 1024;
const mostCursors = 64;
const rollUpDays = 31;

/**
 * The kept log of one pod: files of whole lines, of which the oldest goes when there is too much. How far each unit was kept is
 * read from the lines themselves, so that a control plane that is killed neither loses lines nor keeps one twice. One
 * writer at a time. When the disk takes nothing, `append` and `flush` throw, and `failures` grows: what was not written has not
 * been kept, and is to be read from the runtime again.
 */
export class KeptLog {
  readonly cursors: LogCursors = {};
  failures = 0;
  readonly #options: KeptLogOptions;
  readonly #listeners = new Set<() => void>();
  #segment: Segment;
  #fd: number;
  #pending: string[] = [];
  #pendingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #settling: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** Makes the folder where there is none. */
  constructor(options: KeptLogOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const segments = listSegments(options.folder);
    const last = segments.at(-1);
    if (last !== undefined) dropTornLine(last);
    this.#readCursors();
    const path = last?.path ?? segmentPath(options.folder, 1);
    this.#fd = openSync(path, "a", 0o600);
    this.#segment = listSegments(options.folder).at(-1) as Segment;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get capBytes(): number {
    return this.#options.capBytes;
  }

  append(line: KeptLine): void {
    const text = keptText(line);
    this.#pending.push(text);
    this.#pendingBytes += text.length;
    passCursor(this.cursors, line);
    if (this.#pendingBytes >= mostPending) this.flush();
    else this.#timer ??= setTimeout(() => this.#flushLater(), flushMs).unref();
  }

  /** Writes what is pending and tells those who wait. Gives the place after it. */
  flush(): LogPlace {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#pending.length > 0 && !this.#isClosed) {
      const bytes = Buffer.from(this.#pending.join(""));
      this.#pending = [];
      this.#pendingBytes = 0;
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
      } catch (error) {
        this.#takeBack();
        throw error;
      }
      this.#segment.bytes += bytes.length;
      this.#segment.writtenAt = Date.now();
      if (this.#segment.bytes >= this.#options.capBytes / pieces) this.#rotate();
      for (const listener of this.#listeners) listener();
    }
    return { number: this.#segment.number, bytes: this.#segment.bytes };
  }

  /** Oldest first, the open one last. */
  segments(): Segment[] {
    return listSegments(this.#options.folder);
  }

  /** Calls at every flush, also one that failed, and at the close. Gives the way to stop. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Counts of all that is kept, and by the hour also of what is not any more. */
  async summary(): Promise<LogSummary> {
    this.flush();
    await this.#settling;
    const all = emptySummary();
    const gone = rollUpOf(this.#options.folder);
    addSummary(all, { hours: gone.hours, patterns: {} });
    for (const segment of this.segments())
      if (segment.number > gone.to) addSummary(all, await summarizeSegment(segment, segment.number < this.#segment.number));
    return all;
  }

  /** Nothing is written any more; followers end. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    closeSync(this.#fd);
    for (const listener of this.#listeners) listener();
  }

  /** What was begun of moving segments away has ended. */
  settled(): Promise<void> {
    return this.#settling;
  }

  /** Keeps what whole flushes have written, and nothing of this one. */
  #takeBack(): void {
    this.failures++;
    ftruncateSync(this.#fd, this.#segment.bytes);
    this.#readCursors();
    for (const listener of this.#listeners) listener();
  }

  #readCursors(): void {
    const { folder } = this.#options;
    const { before, cursors } = readJson<{ before: number; cursors: LogCursors }>(join(folder, "cursors.json")) ?? {
      before: 0,
      cursors: {},
    };
    for (const key of Object.keys(this.cursors)) delete this.cursors[key];
    Object.assign(this.cursors, cursors);
    for (const segment of listSegments(folder)) {
      if (segment.number < before) continue;
      for (const text of linesOf(segment.path)) {
        const line = parseKept(text);
        if (line !== null) passCursor(this.cursors, line);
      }
    }
  }

  #flushLater(): void {
    try {
      this.flush();
    } catch {
      // Those who listen find it in `failures`.
    }
  }

  #rotate(): void {
    const { folder } = this.#options;
    const next = this.#segment.number + 1;
    const newest = Object.entries(this.cursors).sort(([, a], [, b]) => (a.at < b.at ? 1 : -1));
    for (const [key] of newest.slice(mostCursors)) delete this.cursors[key];
    writeWhole(join(folder, "cursors.json"), JSON.stringify({ before: next, cursors: this.cursors }));
    closeSync(this.#fd);
    const path = segmentPath(folder, next);
    this.#fd = openSync(path, "a", 0o600);
    this.#segment = { number: next, path, bytes: 0, writtenAt: Date.now() };
    this.#settling = this.#settling.then(() => this.#dropOldest()).catch(() => undefined);
  }

  /** What does not go now, for an archive that is full say, goes with the next; twice the cap is not kept for anything. */
  async #dropOldest(): Promise<void> {
    const { folder, capBytes, archive } = this.#options;
    const segments = this.segments();
    let bytes = segments.reduce((sum, one) => sum + one.bytes, 0);
    for (const segment of segments.slice(0, -1)) {
      if (bytes <= capBytes) return;
      const summary = await summarizeSegment(segment, true);
      noteRollUp(folder, segment.number, summary);
      await archive?.(segment).catch((error: unknown) => {
        if (bytes <= 2 * capBytes) throw error;
      });
      rmSync(segment.path, { force: true });
      rmSync(`${segment.path}.json`, { force: true });
      bytes -= segment.bytes;
    }
  }
}

type Hours = LogSummary["hours"];
interface RollUp {
  /** The last segment that was counted in. */
  to: number;
  hours: Hours;
}

const rollUpOf = (folder: string): RollUp => readJson<RollUp>(join(folder, "hours.json")) ?? { to: 0, hours: {} };

function noteRollUp(folder: string, number: number, summary: LogSummary): void {
  const rollUp = rollUpOf(folder);
  if (number <= rollUp.to) return;
  const all: LogSummary = { hours: rollUp.hours, patterns: {} };
  addSummary(all, { hours: summary.hours, patterns: {} });
  const oldest = new Date(Date.now() - rollUpDays * 86_400_000).toISOString();
  const hours = Object.fromEntries(Object.entries(all.hours).filter(([hour]) => hour >= oldest));
  writeWhole(join(folder, "hours.json"), JSON.stringify({ to: number, hours }));
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return null;
  }
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
