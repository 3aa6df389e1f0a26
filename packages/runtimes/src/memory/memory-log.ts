import { EventEmitter, on } from "node:events";
import type { LogLine, LogQuery } from "@agentpod/core/runtime";

type Stream = LogLine["stream"];

/** Lines kept of one instance; older ones go. */
const mostLines = 10_000;

/** The log of one instance: kept through restarts, gone with it. */
export class MemoryLog {
  readonly #lines: LogLine[] = [];
  readonly #open: Record<Stream, string> = { stdout: "", stderr: "" };
  readonly #added = new EventEmitter().setMaxListeners(0);

  print(stream: Stream, text: string): void {
    const parts = (this.#open[stream] + text).split("\n");
    this.#open[stream] = parts.pop() ?? "";
    for (const part of parts) this.#add(stream, part);
  }

  /** Ends a line that had no end: the run is over. */
  flush(): void {
    for (const stream of ["stdout", "stderr"] as const) if (this.#open[stream] !== "") this.print(stream, "\n");
  }

  /** The instance is gone: those who follow come to their end. */
  close(): void {
    this.#added.emit("close");
  }

  async *read({ follow, tail, since, signal }: LogQuery): AsyncGenerator<LogLine> {
    const from = since?.getTime() ?? Number.NEGATIVE_INFINITY;
    const kept = this.#lines.filter((line) => Date.parse(line.at ?? "") >= from);
    // Before the first line is handed out, or what is printed meanwhile would be missed.
    const added = follow && !signal.aborted ? on(this.#added, "line", { signal, close: ["close"] }) : null;
    try {
      for (const line of tail === null ? kept : kept.slice(Math.max(0, kept.length - tail))) {
        if (signal.aborted) return;
        yield line;
      }
      for await (const [line] of added ?? []) yield line as LogLine;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await added?.return?.();
    }
  }

  #add(stream: Stream, text: string): void {
    const line: LogLine = { at: new Date().toISOString(), stream, text };
    this.#lines.push(line);
    if (this.#lines.length > mostLines) this.#lines.shift();
    this.#added.emit("line", line);
  }
}
