import type { LlmUsageView } from "@agentpod/core/api/llm-view";

export const usageRanges = ["7", "30", "90"] as const;
export type UsageRange = (typeof usageRanges)[number];

const dayMs = 86_400_000;

/** The days (UTC) of a range that ends today, such as `2026-01-31`, oldest first. */
export function daysOf(range: UsageRange, now: number): string[] {
  const count = Number(range);
  return Array.from({ length: count }, (_, i) => new Date(now - (count - 1 - i) * dayMs).toISOString().slice(0, 10));
}

/** Usage by day on the steps of a chart: a day without a call is a day of nothing. */
export function usageByDay(
  rows: readonly LlmUsageView[],
  days: readonly string[],
): { times: number[]; input: number[]; output: number[]; cost: number[] } {
  const known = new Map(rows.map((row) => [row.day, row]));
  const values = (of: (row: LlmUsageView) => number): number[] =>
    days.map((day) => of(known.get(day) ?? ({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cost: 0 } as LlmUsageView)));
  return {
    times: days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000),
    input: values((row) => row.input + row.cacheRead + row.cacheWrite),
    output: values((row) => row.output),
    cost: values((row) => row.cost),
  };
}
