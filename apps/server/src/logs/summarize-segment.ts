import { readFile, rename, writeFile } from "node:fs/promises";
import { setImmediate as breathe } from "node:timers/promises";
import { countLine, emptySummary, type LogSummary } from "@agentpod/core/log-summary";
import { parseKept } from "./kept-line.ts";
import type { Segment } from "./segments.ts";

const linesAtOnce = 1000;

/** Counts of a segment's lines; of a closed one they are kept beside it, and found there. A segment that has gone has none. */
export async function summarizeSegment({ path }: Pick<Segment, "path">, isClosed: boolean): Promise<LogSummary> {
  const kept = `${path}.json`;
  if (isClosed) {
    const found = await readFile(kept, "utf8").catch(() => null);
    if (found !== null) return JSON.parse(found) as LogSummary;
  }
  const summary = emptySummary();
  const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
  for (const [i, text] of lines.entries()) {
    const line = text === "" ? null : parseKept(text);
    if (line !== null) countLine(summary, line.at, line.text);
    if (i % linesAtOnce === linesAtOnce - 1) await breathe();
  }
  if (isClosed) {
    await writeFile(`${kept}.new`, JSON.stringify(summary), { mode: 0o600 });
    await rename(`${kept}.new`, kept);
  }
  return summary;
}
