import type { LogLine } from "@agentpod/core/runtime";
import type { KeptLine } from "./kept-line.ts";

/** How far a stream has been kept: until this moment, of which so many lines. Engines give several lines the same one. */
export interface StreamCursor {
  at: string;
  count: number;
}

/** By unit, revision and stream. */
export type LogCursors = Record<string, StreamCursor>;

export const cursorKey = (line: Pick<KeptLine, "unit" | "revision" | "stream">): string => `${line.unit} ${line.revision} ${line.stream}`;

/** Counts a kept line in. */
export function passCursor(cursors: LogCursors, line: Pick<KeptLine, "unit" | "revision" | "stream" | "at">): void {
  const key = cursorKey(line);
  const before = cursors[key];
  if (before?.at === line.at) before.count++;
  else cursors[key] = { at: line.at, count: 1 };
}

/** Both streams are read as they come: one may be behind the other by so much. */
const slackMs = 10_000;

/** From when a unit's log must be read again so that no line is missed; null: from its beginning. */
export function sinceOf(cursors: LogCursors, unit: string, revision: string): Date | null {
  const times = (["stdout", "stderr"] as const)
    .map((stream) => Date.parse(cursors[cursorKey({ unit, revision, stream })]?.at ?? ""))
    .filter((at) => !Number.isNaN(at));
  return times.length === 0 ? null : new Date(Math.max(...times) - slackMs);
}

/**
 * Tells which lines of one reading are new. A stream's lines come in order: until the first that is new they are compared with
 * what was kept before; after it all are new, also where a clock was set back.
 */
export function newLinesOnly(before: LogCursors, unit: string, revision: string): (line: Pick<LogLine, "stream">, at: string) => boolean {
  const passed = new Set<LogLine["stream"]>();
  const seen: Partial<Record<LogLine["stream"], number>> = {};
  const start = structuredClone(before);
  return ({ stream }, at) => {
    const cursor = start[cursorKey({ unit, revision, stream })];
    if (cursor === undefined || passed.has(stream)) return true;
    if (at < cursor.at) return false;
    if (at === cursor.at) {
      seen[stream] = (seen[stream] ?? 0) + 1;
      if (seen[stream] <= cursor.count) return false;
    }
    passed.add(stream);
    return true;
  };
}
