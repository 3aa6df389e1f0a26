import type { Readable } from "node:stream";
import type { LogLine } from "@agentpod/core/runtime";
import { frames } from "./frames.ts";

/** The engine cuts lines at 16 kB; they are joined again up to this many characters. */
const longest = 1_048_576;

interface Open {
  at: string | null;
  parts: string[];
  length: number;
}

/** Whole lines from a stream of log frames with timestamps. */
export async function* logLines(source: Readable): AsyncGenerator<LogLine> {
  const open: Partial<Record<LogLine["stream"], Open>> = {};
  const close = (stream: LogLine["stream"], line: Open): LogLine => {
    delete open[stream];
    return { at: line.at, stream, text: line.parts.join("").replace(/\r$/, "") };
  };
  for await (const { stream, data } of frames(source)) {
    const { at, text } = stamped(data.toString("utf8"));
    const isWhole = text.endsWith("\n");
    const part = isWhole ? text.slice(0, -1) : text;
    open[stream] ??= { at, parts: [], length: 0 };
    const line = open[stream];
    line.parts.push(part);
    line.length += part.length;
    if (isWhole || line.length >= longest) yield close(stream, line);
  }
  for (const [stream, line] of Object.entries(open)) yield close(stream as LogLine["stream"], line);
}

function stamped(text: string): { at: string | null; text: string } {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) /.exec(text);
  return match ? { at: match[1] ?? null, text: text.slice(match[0].length) } : { at: null, text };
}
