/** What one bench prints. Figures of one table come from one run on one machine; ratios are what can be compared. */
export interface Table {
  columns: string[];
  rows: (string | number)[][];
  notes: string[];
}

export interface Bench {
  title: string;
  run(): Promise<Table>;
}

/** The table as GitHub-flavoured Markdown: printed and kept in RESULTS.md alike. */
export function markdown(title: string, { columns, rows, notes }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, i) => Math.max(3, ...cells.map((row) => (row[i] ?? "").length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 3)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  const [head = [], ...body] = cells;
  return [`## ${title}`, "", line(head), rule, ...body.map(line), "", ...notes.map((note) => `- ${note}`), ""].join("\n");
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
