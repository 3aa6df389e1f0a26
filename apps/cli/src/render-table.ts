import { createRequire } from "node:module";
import type { Table } from "cli-table3";

export interface TableContent {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** Aligned text for pipes: no borders, no colours, two spaces between columns, nothing at the end of a line. */
export function plainTable({ head, rows }: TableContent): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same for people: a bold head, columns aligned by what a terminal shows. */
export function terminalTable({ head, rows }: TableContent): string {
  // Only a terminal needs it, and it is CommonJS.
  const TableClass = createRequire(import.meta.url)("cli-table3") as new (options: object) => Table;
  const empty = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
  const none = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
  const table = new TableClass({
    head: head.map((title) => `\u001b[1m${title}\u001b[22m`),
    chars: { ...Object.fromEntries([...empty, ...none].map((place) => [place, ""])), middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
