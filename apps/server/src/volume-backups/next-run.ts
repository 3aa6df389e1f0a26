import { AppError } from "@agentpod/core/errors";
import type { LocalDate } from "@agentpod/core/retention";
import { Cron } from "croner";

/** When a schedule next runs after `from`. Throws `invalid`, for the field named, where it is no schedule or never does. */
export function nextRun(cron: string, timeZone: string, from: Date, field = "cron"): Date {
  requireZone(timeZone);
  let next: Date | null;
  try {
    next = new Cron(cron, { timezone: timeZone, paused: true, mode: "5-part" }).nextRun(from);
  } catch (cause) {
    const expected = "five fields such as 0 3 * * *: minute, hour, day of the month, month, day of the week";
    throw new AppError("invalid", `${field}: ${JSON.stringify(cron)} is no schedule; give ${expected}.`, {
      cause,
      issues: [{ path: field, expected }],
    });
  }
  if (next === null)
    throw new AppError("invalid", `${field}: ${JSON.stringify(cron)} never comes.`, {
      issues: [{ path: field, expected: "a time that comes" }],
    });
  return next;
}

/** The day of the calendar that a time falls on in a zone. */
export function dateIn(timeZone: string): (at: string) => LocalDate {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return (at) => {
    const [year = 0, month = 0, day = 0] = format.format(new Date(at)).split("-").map(Number);
    return { year, month, day };
  };
}

function requireZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (cause) {
    throw new AppError("invalid", `timeZone: there is no time zone ${JSON.stringify(timeZone)}; give one such as Europe/Berlin or UTC.`, {
      cause,
      issues: [{ path: "timeZone", expected: "a time zone such as Europe/Berlin" }],
    });
  }
}
