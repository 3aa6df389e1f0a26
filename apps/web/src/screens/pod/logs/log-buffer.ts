import type { PodLogLine } from "@agentpod/core/api/pod-view";

export interface LogLine extends PodLogLine {
  id: number;
}

const most = 100_000;
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

/** Lines of a log, the newest hundred thousand; readers are told at most once a frame. */
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
  const listeners = new Set<() => void>();

  const flush = (): void => {
    frame = 0;
    lines = [...lines, ...fresh].slice(-most);
    fresh = [];
    for (const listener of listeners) listener();
  };
  return {
    lines: () => lines,
    add(line) {
      // Colours are for terminals.
      fresh.push({ ...line, text: line.text.replaceAll(escapes, ""), id: next++ });
      if (fresh.length > most) fresh = fresh.slice(-most);
      if (frame === 0) frame = requestAnimationFrame(flush);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        cancelAnimationFrame(frame);
        frame = 0;
      };
    },
  };
}
