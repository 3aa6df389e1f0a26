"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { logLevels } from "@agentpod/core/log-level";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { Asked } from "../../../ui/asked.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { LogHours } from "./log-hours.tsx";

/** What the log said in the last day, in numbers. Asked for when it is opened: it is read from the whole kept log. */
export function LogSummary({ pod, onSearch }: { pod: PodView; onSearch(text: string): void }) {
  const t = useTranslations("logs");
  const format = useFormatter();
  const [isOpen, setOpen] = useState(false);
  const query = useQuery({
    queryKey: ["log-summary", pod.tenant, pod.name],
    queryFn: () => api.pods.logSummary(pod.tenant, pod.name),
    enabled: isOpen,
  });
  const bytes = (count: number): string => format.number(count / 1024 ** 2, { maximumFractionDigits: 1 });
  return (
    <section aria-label={t("summary.title")} className="rounded-xl border bg-raised">
      <div className="flex items-center justify-between gap-2 px-2 py-1">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex h-8 items-center gap-1.5 rounded-md px-2 text-sm hover:bg-hover"
        >
          <ChevronRight className={isOpen ? "size-3.5 rotate-90" : "size-3.5"} aria-hidden />
          {t("summary.title")}
        </button>
        {isOpen && <IconButton icon={RefreshCw} label={t("summary.again")} onClick={() => void query.refetch()} />}
      </div>
      {isOpen && (
        <div className="flex flex-col gap-4 border-t p-4">
          <Asked query={query}>
            {(summary) => (
              <>
                <LogHours hours={summary.hours} since={summary.since} />
                <p className="text-[13px] text-soft">
                  {logLevels.map((level) => `${t(`levels.${level}`)} ${format.number(summary.total[level])}`).join(" · ")}
                  {" · "}
                  {t("summary.kept", { kept: bytes(summary.keptBytes), cap: bytes(summary.capBytes) })}
                </p>
                {summary.patterns.length === 0 ? (
                  <p className="text-soft text-sm">{t("summary.none")}</p>
                ) : (
                  <ol aria-label={t("summary.most")} className="flex max-h-72 flex-col overflow-y-auto">
                    {summary.patterns.slice(0, 20).map(({ pattern, level, count, lastAt }) => (
                      <li key={`${level} ${pattern}`}>
                        <button
                          type="button"
                          title={t("summary.find")}
                          onClick={() => onSearch(longestPart(pattern))}
                          className="flex w-full items-baseline gap-3 rounded-md px-2 py-1 text-left text-[13px] hover:bg-hover"
                        >
                          <span className="w-14 shrink-0 text-right tabular-nums">{format.number(count)}</span>
                          <span className="w-14 shrink-0 text-soft">{t(`levels.${level}`)}</span>
                          <span className="min-w-0 grow truncate font-mono text-[12.5px]">{pattern}</span>
                          <time dateTime={lastAt} className="hidden shrink-0 text-soft tabular-nums sm:block">
                            {format.dateTime(new Date(lastAt), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}
                          </time>
                        </button>
                      </li>
                    ))}
                  </ol>
                )}
              </>
            )}
          </Asked>
        </div>
      )}
    </section>
  );
}

/** Of a pattern what stands in its lines as it is. */
function longestPart(pattern: string): string {
  const parts = pattern.split(/<(?:id|time|ip|n)>/).map((part) => part.trim());
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}
