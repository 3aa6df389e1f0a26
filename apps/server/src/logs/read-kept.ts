import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { PodLogLine } from "@agentpod/core/api/pod-view";
import { isAtLeast, type LogLevel, levelOf } from "@agentpod/core/log-level";
import { type KeptLine, parseKept } from "./kept-line.ts";
import type { KeptLog, LogPlace } from "./kept-log.ts";
import { waitForLines } from "./wait-for-lines.ts";

export interface KeptQuery {
  /** Null: all. */
  unit: string | null;
  /** Of these revisions alone; `build` is what was said of a unit before it ran. Absent: of all. */
  revisions?: ReadonlySet<string>;
  follow: boolean;
  /** The last n of the lines that are wanted; null: all. */
  tail: number | null;
  since: Date | null;
  /** Part of the text, in whatever case; null: any. */
  search: string | null;
  /** As bad as this, or worse; null: any. */
  level: LogLevel | null;
  /** How long it may take until all that was written by now is kept; what is not by then is left out. 5 s unless given: a person waits. */
  patienceMs?: number;
  signal: AbortSignal;
}

type Wanted = (line: KeptLine) => boolean;

/** The kept lines that are wanted, oldest first; a follower goes on with what is kept from now on, until the log is closed or the signal aborts. */
export async function* readKept(log: KeptLog, query: KeptQuery): AsyncGenerator<PodLogLine> {
  const wanted = filterOf(query);
  let place = log.flush();
  yield* query.tail === null ? between(log, null, place, query, wanted) : lastLines(log, place, query.tail, query, wanted);
  if (!query.follow) return;
  const waiting = waitForLines(log, query.signal);
  try {
    while (!query.signal.aborted) {
      const next = log.isClosed ? place : log.flush();
      if (next.number !== place.number || next.bytes !== place.bytes) yield* between(log, place, next, query, wanted);
      else if (log.isClosed) return;
      else await waiting.next();
      place = next;
    }
  } finally {
    waiting.stop();
  }
}

function filterOf({ unit, revisions, since, search, level }: KeptQuery): Wanted {
  // Engines tell nanoseconds: what is compared has the same digits in front.
  const from = since?.toISOString().slice(0, -1) ?? "";
  const text = search?.toLowerCase() ?? "";
  return (line) =>
    (unit === null || line.unit === unit) &&
    (revisions === undefined || revisions.has(line.revision)) &&
    line.at >= from &&
    (text === "" || line.text.toLowerCase().includes(text)) &&
    (level === null || isAtLeast(levelOf(line.text), level));
}

const shown = ({ unit, at, stream, text }: KeptLine): PodLogLine => ({ unit, at, stream, text });

/** Lines between two places; null: from the first that is kept. What has been dropped meanwhile is left out. */
async function* between(log: KeptLog, from: LogPlace | null, to: LogPlace, query: KeptQuery, wanted: Wanted): AsyncGenerator<PodLogLine> {
  for (const { number, path, writtenAt } of log.segments()) {
    if (number < (from?.number ?? 0) || number > to.number) continue;
    if (query.since !== null && number < to.number && writtenAt < query.since.getTime()) continue;
    const start = number === from?.number ? from.bytes : 0;
    const end = number === to.number ? to.bytes : Number.POSITIVE_INFINITY;
    for await (const line of linesIn(path, start, end)) {
      if (query.signal.aborted) return;
      if (wanted(line)) yield shown(line);
    }
  }
}

/** Segments are read from the newest backwards until there are enough. */
async function* lastLines(log: KeptLog, to: LogPlace, count: number, query: KeptQuery, wanted: Wanted): AsyncGenerator<PodLogLine> {
  const found: KeptLine[][] = [];
  let missing = count;
  for (const { number, path, writtenAt } of log.segments().toReversed()) {
    if (missing <= 0 || query.signal.aborted) break;
    if (number > to.number || (query.since !== null && writtenAt < query.since.getTime())) continue;
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    const texts = bytes
      .subarray(0, number === to.number ? to.bytes : bytes.length)
      .toString("utf8")
      .split("\n");
    const lines: KeptLine[] = [];
    for (let i = texts.length - 1; i >= 0 && missing > 0; i--) {
      const line = parseKept(texts[i] as string);
      if (line === null || !wanted(line)) continue;
      lines.push(line);
      missing--;
    }
    found.push(lines.reverse());
  }
  for (const lines of found.reverse()) yield* lines.map(shown);
}

async function* linesIn(path: string, start: number, end: number): AsyncGenerator<KeptLine> {
  if (end <= start) return;
  let rest = "";
  const bytes = createReadStream(path, {
    start,
    ...(Number.isFinite(end) ? { end: end - 1 } : {}),
    highWaterMark: 256 * 1024,
    encoding: "utf8",
  });
  try {
    for await (const chunk of bytes) {
      const texts = (rest + (chunk as string)).split("\n");
      rest = texts.pop() ?? "";
      for (const text of texts) {
        const line = parseKept(text);
        if (line !== null) yield line;
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
