"use client";
import type { LogSummaryView } from "@agentpod/core/api/log-view";
import { logLevels } from "@agentpod/core/log-level";
import { useFormatter, useTranslations } from "use-intl";

const hourMs = 3_600_000;
const most = 25;

/** Lines by the hour as bars; what is bad in them stands out. The same as a table for who cannot see it. */
export function LogHours({ hours, since }: Pick<LogSummaryView, "hours" | "since">) {
  const t = useTranslations("logs");
  const format = useFormatter();
  const byHour = new Map(hours.map(({ at, counts }) => [at, counts]));
  const first = Date.parse(since);
  const shown = Array.from({ length: most }, (_, i) => new Date(first + i * hourMs)).map((at) => {
    const counts = byHour.get(at.toISOString());
    const all = counts === undefined ? 0 : logLevels.reduce((sum, level) => sum + counts[level], 0);
    return { at, all, bad: counts === undefined ? 0 : counts.error + counts.warn, error: counts?.error ?? 0 };
  });
  const highest = Math.max(1, ...shown.map(({ all }) => all));
  const end = (at: Date): string => format.dateTime(at, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const hour = (at: Date): string => format.dateTime(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (
    <figure aria-label={t("summary.hours")}>
      <div aria-hidden className="flex h-20 items-end gap-px border-b">
        {shown.map(({ at, all, bad }) => (
          <div
            key={at.getTime()}
            title={`${hour(at)} · ${format.number(all)} · ${t("summary.bad", { count: bad })}`}
            className="flex h-full min-w-0 grow flex-col justify-end hover:bg-hover"
          >
            <div className="rounded-t-xs bg-line-strong" style={{ height: `${((all - bad) / highest) * 100}%` }} />
            <div className="bg-solid" style={{ height: bad === 0 ? 0 : `max(2px, ${(bad / highest) * 100}%)` }} />
          </div>
        ))}
      </div>
      <div aria-hidden className="flex justify-between pt-1 text-[12px] text-soft tabular-nums">
        <span>{end(new Date(first))}</span>
        <span>{t("summary.legend")}</span>
        <span>{end(new Date(first + (most - 1) * hourMs))}</span>
      </div>
      <table className="sr-only">
        <caption>{t("summary.hours")}</caption>
        <tbody>
          {shown
            .filter(({ all }) => all > 0)
            .map(({ at, all, error }) => (
              <tr key={at.getTime()}>
                <th scope="row">{hour(at)}</th>
                <td>{t("summary.lines", { count: all })}</td>
                <td>{t("summary.errors", { count: error })}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}
