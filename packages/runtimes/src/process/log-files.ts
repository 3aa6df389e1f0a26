import {
  appendFileSync,
  closeSync,
  constants,
  copyFileSync,
  fchownSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";

export const logStreams = ["stdout", "stderr"] as const;
export type LogStream = (typeof logStreams)[number];

/** Bytes per stream and piece; one older piece is kept. */
export const logCap = 10 * 1024 * 1024;

/** One file of a stream's log, with the times at which its size was seen. */
export interface LogPiece {
  log: string;
  /** Lines `<milliseconds> <size>`, both growing: all below `size` was written by then. */
  marks: string;
}

/** Older piece first. */
export function logPieces(dir: string, stream: LogStream): LogPiece[] {
  return [`${stream}.1`, stream].map((name) => ({ log: join(dir, `${name}.log`), marks: join(dir, `${name}.marks`) }));
}

/**
 * The file a program writes to, opened for appending. It belongs to the program's user, so that opening `/dev/stdout`
 * works: a program that truncates it loses its own log.
 */
export function openLog(dir: string, stream: LogStream, user: { uid: number; gid: number } | null): number {
  const fd = openSync(
    join(dir, `${stream}.log`),
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
    0o600,
  );
  if (user) fchownSync(fd, user.uid, user.gid);
  return fd;
}

/**
 * Notes how far each log has come by now. Programs write to files, with nobody in between who could die, so no line has
 * a time of its own: it counts as written at the first note after it.
 */
export function markLogs(dir: string, now: number): void {
  for (const stream of logStreams) {
    const { log, marks } = current(dir, stream);
    markSize(marks, sizeOf(log), now);
  }
}

function markSize(marks: string, size: number | null, now: number): void {
  const last = lastMark(marks);
  if (size === null || size === 0 || last?.size === size) return;
  // Truncated by its program: what was noted no longer holds.
  if (last && last.size > size) truncateSync(marks);
  appendFileSync(marks, `${now} ${size}\n`, { mode: 0o600 });
}

/** Moves what has grown over the cap to the older piece. A few lines written during this may be lost. */
export function rotateLogs(dir: string, cap: number = logCap): void {
  for (const stream of logStreams) {
    const [older, newer] = logPieces(dir, stream) as [LogPiece, LogPiece];
    if ((sizeOf(newer.log) ?? 0) <= cap) continue;
    copyFileSync(newer.log, older.log);
    truncateSync(newer.log);
    markSize(newer.marks, sizeOf(older.log), Date.now());
    try {
      renameSync(newer.marks, older.marks);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

export function marksOf(path: string): { at: number; size: number }[] {
  try {
    return parseMarks(readFileSync(path, "utf8"));
  } catch {
    return [];
  }
}

function parseMarks(text: string): { at: number; size: number }[] {
  return text
    .split("\n")
    .filter((line) => /^\d+ \d+$/.test(line))
    .map((line) => {
      const [at = 0, size = 0] = line.split(" ").map(Number);
      return { at, size };
    });
}

/** Marks from the last one below this size on: those that tell when what follows it was written. Read from the back. */
export function marksFrom(path: string, size: number): { at: number; size: number }[] {
  const bytes = sizeOf(path) ?? 0;
  if (bytes === 0) return [];
  const fd = openSync(path, "r");
  try {
    for (let wanted = 4096; ; wanted *= 4) {
      const buffer = Buffer.alloc(Math.min(wanted, bytes));
      readSync(fd, buffer, 0, buffer.length, bytes - buffer.length);
      const text = buffer.toString("utf8");
      const marks = parseMarks(buffer.length === bytes ? text : text.slice(text.indexOf("\n") + 1));
      if (buffer.length === bytes || (marks[0]?.size ?? size) < size) return marks;
    }
  } finally {
    closeSync(fd);
  }
}

/** How far a log's lines have a time. */
export function notedSize({ marks }: LogPiece): number {
  return lastMark(marks)?.size ?? 0;
}

export function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

function current(dir: string, stream: LogStream): LogPiece {
  return logPieces(dir, stream)[1] as LogPiece;
}

const markBytes = 64;

/** The last line alone: marks of a busy log are many. */
function lastMark(path: string): { at: number; size: number } | null {
  const size = sizeOf(path);
  if (!size) return null;
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(Math.min(size, markBytes));
    readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    const [at, seen] = (buffer.toString("utf8").trimEnd().split("\n").at(-1) ?? "").split(" ").map(Number);
    return at !== undefined && seen !== undefined ? { at, size: seen } : null;
  } finally {
    closeSync(fd);
  }
}
