import type { PodLogLine } from "@agentpod/core/api/pod-view";

export interface LogLine extends PodLogLine {
  id: number;
  /** The text to search in. */
  lower: string;
}

const most = 100_000;
/** Each change of so many lines costs a part of a frame. */
const many = 20_000;
const manyMs = 250;
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

/** Lines of a log, the newest hundred thousand; readers are told at most once a frame, of very many four times a second. */
export interface LogBuffer {
  lines(): readonly LogLine[];
  add(line: PodLogLine): void;
  subscribe(listener: () => void): () => void;
}

export function logBuffer(): LogBuffer {
  let lines: readonly LogLine[] = [];
  let fresh: LogLine[] = [];
  let next = 0;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();

  const schedule = (): void => {
    if (frame !== 0 || timer !== undefined) return;
    if (lines.length < many) frame = requestAnimationFrame(flush);
    else timer = setTimeout(flush, manyMs);
  };
  const flush = (): void => {
    frame = 0;
    timer = undefined;
    const from = Math.max(0, lines.length + fresh.length - most);
    lines = from === 0 ? lines.concat(fresh) : lines.slice(from).concat(fresh.slice(Math.max(0, fresh.length - most)));
    fresh = [];
    for (const listener of listeners) listener();
  };
  return {
    lines: () => lines,
    add(line) {
      // Colours are for terminals.
      const text = line.text.includes("\x1b") ? line.text.replaceAll(escapes, "") : line.text;
      fresh.push({ ...line, text, lower: text.toLowerCase(), id: next++ });
      if (fresh.length > 2 * most) fresh = fresh.slice(-most);
      schedule();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        cancelAnimationFrame(frame);
        clearTimeout(timer);
        frame = 0;
        timer = undefined;
      };
    },
  };
}
