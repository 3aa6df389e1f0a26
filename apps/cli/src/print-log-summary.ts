import type { LogSummaryView } from "@agentpod/core/api/log-view";
import { logLevels } from "@agentpod/core/log-level";
import type { Cli } from "./cli.ts";
import { age, printable } from "./format-values.ts";
import { plainTable } from "./render-table.ts";

/** Lines by level, then what was said most often. */
export function printLogSummary(cli: Cli, summary: LogSummaryView): void {
  const totals = logLevels.map((level) => `${level} ${summary.total[level]}`).join(", ");
  const megabytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1);
  const kept = `${megabytes(summary.keptBytes)} of ${megabytes(summary.capBytes)} MB kept`;
  const rows = summary.patterns.map((one) => [String(one.count), one.level, age(one.lastAt), printable(one.pattern)]);
  const table = rows.length === 0 ? "" : `\n\n${plainTable({ head: ["COUNT", "LEVEL", "LAST", "WHAT"], rows })}`;
  cli.out.show(summary, `Lines since ${summary.since}: ${totals} (${kept})${table}`);
}
