import { type FSWatcher, watch } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { LogLine, LogQuery } from "@agentpod/core/runtime";
import { type LogPiece, type LogStream, logPieces, logStreams, markLogs, marksFrom, marksOf, notedSize, sizeOf } from "./log-files.ts";

/** Longer lines are cut into pieces of this many bytes. */
const longestLine = 64 * 1024;
const gatherMs = 50;

/**
 * Lines of a unit's log, oldest first as far as their notes of time tell (`markLogs`); lines of one note come with
 * stdout first. With `follow`, goes on with what is written, through restarts, until the signal aborts or the logs are
 * deleted.
 */
export async function* readLogs(dir: string, query: LogQuery): AsyncGenerator<LogLine> {
  markLogs(dir, Date.now());
  // No further than there are times: a line has the same one whenever it is read.
  const ends = new Map(logStreams.map((stream) => [stream, notedSize(newest(dir, stream))]));
  const wakes = query.follow ? watchLogs(dir, query.signal) : null;
  try {
    yield* oldLines(dir, query, ends);
    if (wakes) yield* newLines(dir, ends, wakes, query.signal);
  } finally {
    wakes?.close();
  }
}

async function* oldLines(dir: string, query: LogQuery, ends: ReadonlyMap<LogStream, number>): AsyncGenerator<LogLine> {
  const since = query.since?.getTime() ?? null;
  const sources = logStreams.map((stream) => {
    const lines = streamLines(dir, stream, { since, tail: query.tail, end: ends.get(stream) ?? 0 });
    return query.tail === null ? lines : lastLines(lines, query.tail);
  });
  const merged = merge(...sources);
  for await (const line of query.tail === null ? merged : lastLines(merged, query.tail)) {
    if (query.signal.aborted) return;
    yield line;
  }
}

/** The last `count`, in order. */
async function* lastLines(lines: AsyncGenerator<LogLine>, count: number): AsyncGenerator<LogLine> {
  let last: LogLine[] = [];
  for await (const line of lines) {
    last.push(line);
    // Cut rarely: dropping one line at a time costs a copy each.
    if (last.length > 2 * count + 1000) last = last.slice(-count);
  }
  yield* count === 0 ? [] : last.slice(-count);
}

async function* newLines(dir: string, ends: Map<LogStream, number>, wakes: LogWatch, signal: AbortSignal): AsyncGenerator<LogLine> {
  while (!signal.aborted) {
    if (logStreams.some((stream) => sizeOf(newest(dir, stream).log) === null)) return;
    markLogs(dir, Date.now());
    for (const stream of logStreams) {
      let from = ends.get(stream) ?? 0;
      if ((sizeOf(newest(dir, stream).log) ?? 0) < from) {
        yield* restOfOlder(dir, stream, from);
        from = 0;
      }
      ends.set(stream, from);
      const piece = newest(dir, stream);
      for await (const { line, end, whole } of pieceLines(piece, marksFrom(piece.marks, from), stream, from, notedSize(piece))) {
        // A line that is not finished is read again when more has come.
        if (!whole) break;
        ends.set(stream, end);
        yield line;
        if (signal.aborted) return;
      }
    }
    await wakes.next();
    // What is written line by line is read in one go.
    await delay(gatherMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** What was not read yet of a log that was capped meanwhile; nothing where its program has truncated it. */
async function* restOfOlder(dir: string, stream: LogStream, from: number): AsyncGenerator<LogLine> {
  const older = logPieces(dir, stream)[0] as LogPiece;
  for await (const { line } of pieceLines(older, marksFrom(older.marks, from), stream, from, sizeOf(older.log) ?? 0)) yield line;
}

const newest = (dir: string, stream: LogStream): LogPiece => logPieces(dir, stream)[1] as LogPiece;

async function* streamLines(
  dir: string,
  stream: LogStream,
  part: { since: number | null; tail: number | null; end: number },
): AsyncGenerator<LogLine> {
  const pieces = logPieces(dir, stream).map((piece, i) => ({ piece, end: i === 0 ? (sizeOf(piece.log) ?? 0) : part.end, from: 0 }));
  let wanted = part.tail ?? Number.POSITIVE_INFINITY;
  for (const one of pieces.toReversed()) {
    if (!Number.isFinite(wanted)) break;
    const { from, lines } = await lastLinesFrom(one.piece.log, one.end, wanted);
    one.from = from;
    wanted -= lines;
  }
  for (const { piece, end, from } of pieces) {
    const marks = marksOf(piece.marks);
    const first = part.since === null ? 0 : marks.findIndex(({ at }) => at >= (part.since as number));
    const start = Math.max(from, first <= 0 ? 0 : (marks[first - 1]?.size ?? 0));
    if (first < 0 || end <= start) continue;
    for await (const { line } of pieceLines(piece, marks, stream, await lineStart(piece.log, start), end)) yield line;
  }
}

const scanBytes = 64 * 1024;

/** Where the last `count` lines before `end` begin, read from the back; and how many there are. */
async function lastLinesFrom(path: string, end: number, count: number): Promise<{ from: number; lines: number }> {
  if (count <= 0 || end === 0) return { from: end, lines: 0 };
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(scanBytes);
    // A line feed at the very end closes the last line, it begins none.
    let feeds = 0;
    for (let to = end; to > 0; to = Math.max(0, to - scanBytes)) {
      const start = Math.max(0, to - scanBytes);
      const { bytesRead } = await file.read(buffer, 0, to - start, start);
      for (let i = bytesRead - 1; i >= 0; i--) {
        if (buffer[i] !== 10 || start + i === end - 1) continue;
        feeds++;
        if (feeds === count) return { from: start + i + 1, lines: count };
      }
    }
    return { from: 0, lines: feeds + 1 };
  } finally {
    await file.close();
  }
}

async function* pieceLines(
  piece: LogPiece,
  marks: readonly { at: number; size: number }[],
  stream: LogStream,
  from: number,
  to: number,
): AsyncGenerator<{ line: LogLine; end: number; whole: boolean }> {
  let next = 0;
  for await (const { text, end, whole } of fileLines(piece.log, from, to)) {
    while (next < marks.length && (marks[next]?.size ?? 0) < end) next++;
    const at = marks[next]?.at;
    yield { line: { at: at === undefined ? null : new Date(at).toISOString(), stream, text }, end, whole };
  }
}

/** Where the line begins that holds this offset: a log is noted in the middle of lines, too. */
async function lineStart(path: string, offset: number): Promise<number> {
  if (offset === 0) return 0;
  const file = await open(path, "r");
  try {
    const from = Math.max(0, offset - longestLine);
    const buffer = Buffer.alloc(offset - from);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    const feed = buffer.subarray(0, bytesRead).lastIndexOf(10);
    return feed < 0 ? offset : from + feed + 1;
  } finally {
    await file.close();
  }
}

/** Lines between two offsets; the last may lack its line feed. */
async function* fileLines(path: string, from: number, to: number): AsyncGenerator<{ text: string; end: number; whole: boolean }> {
  if (to <= from) return;
  const file = await open(path, "r");
  try {
    let rest = Buffer.alloc(0);
    let at = from;
    for await (const chunk of file.createReadStream({ start: from, end: to - 1, autoClose: false })) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        const feed = rest.indexOf(10);
        const cut = feed >= 0 && feed <= longestLine ? feed : rest.length > longestLine ? longestLine : -1;
        if (cut < 0) break;
        const used = cut === feed ? cut + 1 : cut;
        at += used;
        yield { text: lineText(rest.subarray(0, cut)), end: at, whole: true };
        rest = rest.subarray(used);
      }
    }
    if (rest.length > 0) yield { text: lineText(rest), end: at + rest.length, whole: false };
  } finally {
    await file.close();
  }
}

const lineText = (bytes: Buffer): string => bytes.toString("utf8").replace(/\r$/, "");

/** Two ordered sequences as one; the first goes first where they are equal. A line without a time is the newest. */
async function* merge(...sources: AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  try {
    const heads = await Promise.all(sources.map((source) => source.next()));
    for (;;) {
      let first = -1;
      for (const [i, head] of heads.entries()) {
        if (!head.done && (first < 0 || before(head.value, heads[first]?.value as LogLine))) first = i;
      }
      const head = heads[first];
      if (!head || head.done) return;
      yield head.value;
      heads[first] = await (sources[first] as AsyncGenerator<LogLine>).next();
    }
  } finally {
    for (const source of sources) await source.return(undefined);
  }
}

function before(a: LogLine, b: LogLine): boolean {
  return a.at !== null && (b.at === null || a.at < b.at);
}

interface LogWatch {
  /** Resolves at the first change since the last call; or on close or abort. */
  next(): Promise<void>;
  close(): void;
}

function watchLogs(dir: string, signal: AbortSignal): LogWatch {
  let pending = false;
  let wake: (() => void) | null = null;
  const changed = () => {
    pending = true;
    wake?.();
  };
  const watchers: FSWatcher[] = logStreams.flatMap((stream) => {
    const watcher = watch(logPieces(dir, stream)[1]?.log ?? "", { persistent: false }, changed);
    watcher.on("error", changed);
    return [watcher];
  });
  signal.addEventListener("abort", changed);
  return {
    async next() {
      if (!pending) await new Promise<void>((resolve) => (wake = resolve));
      pending = false;
      wake = null;
    },
    close() {
      signal.removeEventListener("abort", changed);
      for (const watcher of watchers) watcher.close();
      changed();
    },
  };
}
