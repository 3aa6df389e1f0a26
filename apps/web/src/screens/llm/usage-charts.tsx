"use client";
import type { LlmUsageView } from "@agentpod/core/api/llm-view";
import { useMemo, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { DayChart } from "../../charts/day-chart.tsx";
import { Card } from "../../ui/card.tsx";
import { usageByDay } from "./usage-days.ts";

/** Tokens and cost day by day; one crosshair goes through both. */
export function UsageCharts({ rows, days }: { rows: LlmUsageView[]; days: string[] }) {
  const t = useTranslations("llm");
  const format = useFormatter();
  const [at, setAt] = useState<number | null>(null);
  const key = days.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the days are the same while their names are
  const { times, input, output, cost } = useMemo(() => usageByDay(rows, days), [rows, key]);
  const tokenLines = useMemo(
    () => [
      { label: t("inputTokens"), look: "main" as const, values: input },
      { label: t("outputTokens"), look: "second" as const, values: output },
    ],
    [input, output, t],
  );
  const costLines = useMemo(() => [{ label: t("cost"), look: "main" as const, values: cost }], [cost, t]);
  const formats = useMemo(() => {
    const day = (seconds: number): string => format.dateTime(new Date(seconds * 1000), { month: "short", day: "numeric", timeZone: "UTC" });
    return {
      count: (value: number) => format.number(value, { notation: "compact", maximumFractionDigits: 1 }),
      money: (value: number) => format.number(value, { maximumFractionDigits: value < 1 ? 4 : 2 }),
      day,
    };
  }, [format]);
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title={t("tokens")}>
        <DayChart
          label={t("tokensChart")}
          at={at}
          onPoint={setAt}
          times={times}
          lines={tokenLines}
          formatValue={formats.count}
          formatDay={formats.day}
          unknown={t("unknown")}
        />
      </Card>
      <Card title={t("cost")}>
        <DayChart
          label={t("costChart")}
          at={at}
          onPoint={setAt}
          times={times}
          lines={costLines}
          formatValue={formats.money}
          formatDay={formats.day}
          unknown={t("unknown")}
        />
      </Card>
    </div>
  );
}
