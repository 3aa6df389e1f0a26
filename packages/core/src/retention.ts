import type { Retention, VolumeBackup } from "./volume-backup.ts";

/**
 * Which of a schedule's backups are to go, by the pod's time zone: of each day, week and month that still counts the newest
 * stays, and the newest of all in any case. Only what a schedule made and what is whole is counted, and only that goes.
 */
export function backupsToDrop<B extends Pick<VolumeBackup, "id" | "trigger" | "state" | "createdAt">>(
  backups: readonly B[],
  keep: Retention,
  dateIn: (at: string) => LocalDate,
): B[] {
  const counted = backups
    .filter(({ trigger, state }) => trigger === "schedule" && state === "ready")
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  const kept = new Set(counted.slice(0, Math.max(1, keep.last)));
  for (const [period, count] of [
    [day, keep.daily],
    [week, keep.weekly],
    [month, keep.monthly],
  ] as const) {
    const seen = new Set<string>();
    for (const backup of counted) {
      const key = period(dateIn(backup.createdAt));
      if (seen.has(key)) continue;
      if (seen.size >= count) break;
      seen.add(key);
      kept.add(backup);
    }
  }
  return counted.filter((backup) => !kept.has(backup));
}

/** A day of the calendar, month from 1. */
export interface LocalDate {
  year: number;
  month: number;
  day: number;
}

const day = ({ year, month, day }: LocalDate): string => `${year}-${month}-${day}`;
const month = ({ year, month }: LocalDate): string => `${year}-${month}`;

/** Weeks begin on Monday: days since 1970-01-05. */
function week({ year, month, day }: LocalDate): string {
  const days = Date.UTC(year, month - 1, day) / 86_400_000;
  return String(Math.floor((days - 4) / 7));
}
