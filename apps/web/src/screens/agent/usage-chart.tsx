"use client";
import type { LlmUsageView } from "@agentpod/core/api/llm-view";
import { useMemo, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { ChartLine } from "../../charts/chart-line.ts";
import { DayChart } from "../../charts/day-chart.tsx";
import { cx } from "../../ui/cx.ts";
import { useUsageFormat } from "../agents/usage-format.ts";
import { usageDays } from "./usage-days.ts";

const figures = ["tokens", "calls", "cost"] as const;

interface UsageChartProps {
  rows: LlmUsageView[];
  from: string;
  to: string;
}

/** Tokens, calls or cost day by day. */
export function UsageChart({ rows, from, to }: UsageChartProps) {
  const t = useTranslations("agent");
  const format = useFormatter();
  const usage = useUsageFormat();
  const [figure, setFigure] = useState<(typeof figures)[number]>("tokens");
  const [at, setAt] = useState<number | null>(null);
  const { times, days } = useMemo(() => usageDays(rows, from, to), [rows, from, to]);
  const lines = useMemo((): ChartLine[] => {
    if (figure === "calls") return [{ label: t("figures.calls"), look: "main", values: days.map(({ calls }) => calls) }];
    if (figure === "cost") return [{ label: t("figures.cost"), look: "main", values: days.map(({ cost }) => cost) }];
    return [
      { label: t("figures.input"), look: "main", values: days.map(({ input, cacheRead, cacheWrite }) => input + cacheRead + cacheWrite) },
      { label: t("figures.output"), look: "second", values: days.map(({ output }) => output) },
    ];
  }, [figure, days, t]);
  const formats = useMemo(
    () => ({
      value: figure === "cost" ? (value: number) => usage.cost(value) : usage.count,
      day: (seconds: number) => format.dateTime(new Date(seconds * 1000), { month: "short", day: "numeric" }),
    }),
    [figure, usage, format],
  );
  return (
    <div className="flex flex-col gap-3">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is drawn with a legend, which nobody would see here */}
      <div role="group" aria-label={t("figure")} className="flex gap-1">
        {figures.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === figure}
            onClick={() => setFigure(one)}
            className={cx(
              "h-7 whitespace-nowrap rounded-md px-2.5 text-[13px] transition-colors",
              one === figure ? "bg-hover font-medium" : "text-soft hover:text-ink",
            )}
          >
            {t(`figures.${one}`)}
          </button>
        ))}
      </div>
      <DayChart
        label={t("chart", { figure: t(`figures.${figure}`) })}
        at={at}
        onPoint={setAt}
        times={times}
        lines={lines}
        formatValue={formats.value}
        formatDay={formats.day}
        unknown={t("notKnown")}
      />
    </div>
  );
}
