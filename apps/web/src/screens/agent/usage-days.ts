import type { LlmUsageView } from "@agentpod/core/api/llm-view";

export type DayUsage = Pick<LlmUsageView, "calls" | "input" | "output" | "cacheRead" | "cacheWrite" | "cost">;

const nothing: DayUsage = { calls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cost: 0 };

/** Every day from one to another (UTC, as the usage counts), each where a calendar on the wall has it; days without calls are zero. */
export function usageDays(
  rows: readonly (DayUsage & { day: string | null })[],
  from: string,
  to: string,
): { times: number[]; days: DayUsage[] } {
  const known = new Map(rows.map((row) => [row.day, row]));
  const times: number[] = [];
  const days: DayUsage[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    const day = new Date(at);
    times.push(new Date(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()).getTime() / 1000);
    days.push(known.get(day.toISOString().slice(0, 10)) ?? nothing);
  }
  return { times, days };
}
