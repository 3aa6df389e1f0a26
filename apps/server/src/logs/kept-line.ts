import type { LogLine } from "@agentpod/core/runtime";

/** A line as it is kept: which run of which unit said it, and when (RFC 3339, UTC). */
export interface KeptLine {
  at: string;
  unit: string;
  revision: string;
  stream: LogLine["stream"];
  text: string;
}

/** One line of a kept file, with its line feed. */
export function keptText({ at, unit, revision, stream, text }: KeptLine): string {
  return `${at}\t${unit}\t${revision}\t${stream === "stderr" ? "e" : "o"}\t${text.includes("\n") ? text.replaceAll("\n", " ") : text}\n`;
}

/** The line without its line feed, read again; null where it is none of ours. */
export function parseKept(line: string): KeptLine | null {
  const ends: number[] = [];
  for (let from = 0; ends.length < 4; ) {
    const tab = line.indexOf("\t", from);
    if (tab < 0) return null;
    ends.push(tab);
    from = tab + 1;
  }
  const [a = 0, b = 0, c = 0, d = 0] = ends;
  return {
    at: line.slice(0, a),
    unit: line.slice(a + 1, b),
    revision: line.slice(b + 1, c),
    stream: line.slice(c + 1, d) === "e" ? "stderr" : "stdout",
    text: line.slice(d + 1),
  };
}
