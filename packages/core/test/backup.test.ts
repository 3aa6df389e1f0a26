import { describe, expect, it } from "vitest";
import { backupProblem, nextBackupAt, noBackupRuns } from "../src/backup.ts";

const at = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours));
const iso = (hours: number) => at(hours).toISOString();
const daily = { everyHours: 24, keep: 7 };
const off = { everyHours: null, keep: 7 };
const failure = { at: iso(48), message: "the disk is full" };

describe("P17 backups that are made by themselves", () => {
  it.each([
    ["never, switched off", off, { ...noBackupRuns, since: iso(0) }, null],
    ["the first at once", daily, { ...noBackupRuns, since: iso(5) }, 5],
    ["a day after the last", daily, { since: iso(0), startedAt: null, lastSuccessAt: iso(10), failure: null }, 34],
    ["an hour after one that failed", daily, { since: iso(0), startedAt: iso(48), lastSuccessAt: iso(10), failure }, 49],
    [
      "an hour after the first failed, or was cut off",
      daily,
      { since: iso(48), startedAt: iso(48), lastSuccessAt: null, failure: null },
      49,
    ],
    ["a day after one that succeeded", daily, { since: iso(0), startedAt: iso(9), lastSuccessAt: iso(10), failure: null }, 34],
  ])("are due: %s", (_, settings, runs, hours) => {
    expect(nextBackupAt(settings, runs)).toBe(hours === null ? null : at(hours).getTime());
  });

  it.each([
    ["switched off", off, { since: iso(0), startedAt: null, lastSuccessAt: null, failure }, 999, null],
    ["in time", daily, { since: iso(0), startedAt: null, lastSuccessAt: iso(10), failure: null }, 58, null],
    [
      "failed",
      daily,
      { since: iso(0), startedAt: null, lastSuccessAt: iso(10), failure },
      48,
      "The backup of 2026-01-03 00:00 UTC failed: the disk is full",
    ],
    [
      "overdue",
      daily,
      { since: iso(0), startedAt: null, lastSuccessAt: iso(10), failure: null },
      60,
      "No backup was made since 2026-01-01 10:00 UTC.",
    ],
    ["never made", daily, { since: iso(0), startedAt: null, lastSuccessAt: null, failure: null }, 50, "No backup has been made yet."],
  ])("are a problem or none: %s", (_, settings, runs, now, problem) => {
    expect(backupProblem(settings, runs, at(now))).toBe(problem);
  });
});
