import { plainTable, type TableContent, terminalTable } from "./render-table.ts";

export interface Sink {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
}

/** Where results go: JSON, a table for a terminal, or plain aligned text for a pipe. */
export interface Output {
  readonly json: boolean;
  /** A list. `value` is what JSON shows. */
  table(value: unknown, content: TableContent, empty: string): void;
  /** One thing: JSON, or lines for people. */
  show(value: unknown, text: string): void;
  /** One of many things that come over time: a line of JSON each, or a line of text. */
  line(value: unknown, text: string): void;
  /** Progress, for people at a terminal only; never mixed into results. */
  progress(text: string): void;
}

export function output(format: "table" | "json", stdout: Sink, stderr: Sink): Output {
  const json = format === "json";
  const print = (text: string) => stdout.write(`${text}\n`);
  return {
    json,
    table(value, content, empty) {
      if (json) print(JSON.stringify(value, null, 2));
      else if (content.rows.length === 0) stderr.write(`${empty}\n`);
      else print(stdout.isTTY ? terminalTable(content) : plainTable(content));
    },
    show: (value, text) => print(json ? JSON.stringify(value, null, 2) : text),
    line: (value, text) => print(json ? JSON.stringify(value) : text),
    progress: (text) => {
      if (stderr.isTTY) stderr.write(`${text}\n`);
    },
  };
}
