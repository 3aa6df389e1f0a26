import { closeSync, openSync, readSync, statSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";

const flushMilliseconds = 250;
const batchSize = 65_536;
const mostPending = 4_000_000;

/**
 * Appends lines in batches, never in the way of a request. At `capBytes` the file becomes `<path>.1` and a new one
 * begins, so that the two together stay below twice the cap. A disk that cannot keep up loses lines, not requests.
 */
export class LogFile {
  readonly #path: string;
  readonly #capBytes: number;
  #file: FileHandle | null = null;
  #size = 0;
  #pending: string[] = [];
  #pendingSize = 0;
  /** Of the pending characters, those that a write under way will be followed by. */
  #flushing = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  /** Lines that could not be written. */
  lost = 0;

  constructor(path: string, capBytes: number) {
    this.#path = path;
    this.#capBytes = capBytes;
  }

  append(line: string): void {
    if (this.#pendingSize > mostPending) {
      this.lost += 1;
      return;
    }
    this.#pending.push(line);
    this.#pendingSize += line.length + 1;
    // Small batches: joining thousands of lines at once would be felt by the requests of that moment.
    if (this.#pendingSize - this.#flushing > batchSize) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushMilliseconds);
  }

  /** Resolves once all lines so far are with the system (or lost to a broken disk); never rejects. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flushing = this.#pendingSize;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file?.close();
    this.#file = null;
  }

  async #write(): Promise<void> {
    const lines = this.#pending;
    if (lines.length === 0) return;
    this.#pending = [];
    this.#pendingSize = 0;
    this.#flushing = 0;
    try {
      const batch = Buffer.from(`${lines.join("\n")}\n`);
      const file = await this.#roomFor(batch.length);
      await file.write(batch);
      this.#size += batch.length;
    } catch {
      this.lost += lines.length;
      await this.#file?.close().catch(() => {});
      this.#file = null;
    }
  }

  async #roomFor(bytes: number): Promise<FileHandle> {
    if (this.#file === null) {
      this.#file = await open(this.#path, "a", 0o600);
      this.#size = (await this.#file.stat()).size;
    }
    if (this.#size === 0 || this.#size + bytes <= this.#capBytes) return this.#file;
    await this.#file.close();
    this.#file = null;
    await rename(this.#path, `${this.#path}.1`);
    this.#file = await open(this.#path, "a", 0o600);
    this.#size = 0;
    return this.#file;
  }
}

/** Whole lines from the last `bytes` of a file, oldest first; empty when there is no file. */
export function lastLines(path: string, bytes: number): string[] {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return [];
  const start = Math.max(0, size - bytes);
  const buffer = Buffer.alloc(size - start);
  const file = openSync(path, "r");
  try {
    const lines = buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, start)).split("\n");
    return lines.slice(start > 0 ? 1 : 0, -1);
  } finally {
    closeSync(file);
  }
}
