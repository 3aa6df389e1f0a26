import { z } from "zod";
import type { DayTokens } from "../../llm/compare-usage.ts";

const count = z.number().nonnegative();
const totals = z.object({ input: count, output: count, cacheRead: count, cacheWrite: count });
const answer = z.object({
  daily: z.array(totals.extend({ date: z.iso.date() })),
  cacheStatus: z.object({ status: z.string() }).optional(),
});

/** How an agent is asked for its own usage: what all of its agents used, on days of UTC, both included. */
export const agentUsageRequest = (from: string, to: string) => ({
  method: "usage.cost",
  params: { startDate: from, endDate: to, agentScope: "all" },
});

/** What it says it used. `isWhole`: it has counted all that it knows of. Null for what is no such answer. */
export function readAgentUsage(payload: unknown): { days: DayTokens[]; isWhole: boolean } | null {
  const said = answer.safeParse(payload).data;
  if (said === undefined) return null;
  const days = said.daily.map(({ date, input, output, cacheRead, cacheWrite }) => ({ day: date, input, output, cacheRead, cacheWrite }));
  return { days, isWhole: said.cacheStatus === undefined || said.cacheStatus.status === "fresh" };
}
