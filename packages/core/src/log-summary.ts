import { type LogLevel, levelOf, logLevels } from "./log-level.ts";
import { patternOf } from "./log-pattern.ts";

export type LevelCounts = Record<LogLevel, number>;

export interface PatternCount {
  pattern: string;
  level: LogLevel;
  count: number;
  firstAt: string;
  lastAt: string;
}

/** What some lines of a log said, in numbers. */
export interface LogSummary {
  /** By the hour, such as `2026-11-21T13:00:00.000Z`. */
  hours: Record<string, LevelCounts>;
  /** By level and pattern; the rarest are left out where there are too many. */
  patterns: Record<string, PatternCount>;
}

const mostPatterns = 1000;
const keptPatterns = 300;

export const emptySummary = (): LogSummary => ({ hours: {}, patterns: {} });
const noCounts = (): LevelCounts => ({ error: 0, warn: 0, info: 0, debug: 0, other: 0 });
const hourOf = (at: string): string => `${at.slice(0, 13)}:00:00.000Z`;

/** Counts one line in. `at` is RFC 3339 in UTC. */
export function countLine(summary: LogSummary, at: string, text: string): void {
  const level = levelOf(text);
  const hour = hourOf(at);
  summary.hours[hour] ??= noCounts();
  summary.hours[hour][level]++;
  const pattern = patternOf(text);
  if (pattern !== "") countPattern(summary, { pattern, level, count: 1, firstAt: at, lastAt: at });
}

/** Adds another summary to the first. */
export function addSummary(to: LogSummary, from: LogSummary): void {
  for (const [hour, counts] of Object.entries(from.hours)) {
    to.hours[hour] ??= noCounts();
    for (const level of logLevels) to.hours[hour][level] += counts[level];
  }
  for (const one of Object.values(from.patterns)) countPattern(to, one);
}

/** The most frequent patterns, the worst level first among equals. */
export function topPatterns({ patterns }: Pick<LogSummary, "patterns">, most: number): PatternCount[] {
  const rank = ({ level }: PatternCount): number => logLevels.indexOf(level);
  return Object.values(patterns)
    .sort((a, b) => b.count - a.count || rank(a) - rank(b) || (a.pattern < b.pattern ? -1 : 1))
    .slice(0, most);
}

function countPattern(summary: LogSummary, one: PatternCount): void {
  const key = `${one.level} ${one.pattern}`;
  const before = summary.patterns[key];
  if (before !== undefined) {
    before.count += one.count;
    if (one.firstAt < before.firstAt) before.firstAt = one.firstAt;
    if (one.lastAt > before.lastAt) before.lastAt = one.lastAt;
    return;
  }
  summary.patterns[key] = { ...one };
  if (Object.keys(summary.patterns).length > mostPatterns)
    summary.patterns = Object.fromEntries(topPatterns(summary, keptPatterns).map((kept) => [`${kept.level} ${kept.pattern}`, kept]));
}
