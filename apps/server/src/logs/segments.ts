import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

/** A piece of a pod's kept log: whole lines, in the order in which they were kept. */
export interface Segment {
  number: number;
  path: string;
  bytes: number;
  /** When it was last written to, in milliseconds: no line in it came later. */
  writtenAt: number;
}

export const segmentPath = (folder: string, number: number): string => join(folder, `${String(number).padStart(8, "0")}.log`);

/** Oldest first; empty where there is no such folder. */
export function listSegments(folder: string): Segment[] {
  return entriesOf(folder)
    .flatMap((name) => (/^\d{8}\.log$/.test(name) ? [Number(name.slice(0, 8))] : []))
    .sort((a, b) => a - b)
    .flatMap((number) => {
      const path = segmentPath(folder, number);
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ number, path, bytes: stat.size, writtenAt: stat.mtimeMs }];
    });
}

/** Cuts off what was written of a line when its writer was killed. */
export function dropTornLine({ path, bytes }: Segment): void {
  const end = lastLineEnd(path, bytes);
  if (end < bytes) truncateSync(path, end);
}

export function linesOf(path: string): string[] {
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  return lines;
}

function lastLineEnd(path: string, bytes: number): number {
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(64 * 1024);
    for (let to = bytes; to > 0; ) {
      const from = Math.max(0, to - buffer.length);
      const read = readSync(fd, buffer, 0, to - from, from);
      const feed = buffer.subarray(0, read).lastIndexOf(10);
      if (feed >= 0) return from + feed + 1;
      to = from;
    }
    return 0;
  } finally {
    closeSync(fd);
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
