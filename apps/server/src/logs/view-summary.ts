import type { LogSummaryView } from "@agentpod/core/api/log-view";
import { logLevels } from "@agentpod/core/log-level";
import { type LevelCounts, topPatterns } from "@agentpod/core/log-summary";
import type { KeptLog } from "./kept-log.ts";

const mostPatterns = 50;

/** What a kept log says in numbers, from the hour of that moment on. */
export async function viewSummary(log: KeptLog, since: Date): Promise<LogSummaryView> {
  const summary = await log.summary();
  const from = `${since.toISOString().slice(0, 13)}:00:00.000Z`;
  const hours = Object.entries(summary.hours)
    .filter(([at]) => at >= from)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([at, counts]) => ({ at, counts }));
  const total: LevelCounts = { error: 0, warn: 0, info: 0, debug: 0, other: 0 };
  for (const { counts } of hours) for (const level of logLevels) total[level] += counts[level];
  const patterns = Object.fromEntries(Object.entries(summary.patterns).filter(([, { lastAt }]) => lastAt >= from));
  return {
    since: from,
    total,
    hours,
    patterns: topPatterns({ patterns }, mostPatterns),
    keptBytes: log.segments().reduce((sum, { bytes }) => sum + bytes, 0),
    capBytes: log.capBytes,
  };
}
