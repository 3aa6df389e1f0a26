"use client";
import type { MetricsView } from "@agentpod/core/api/metric-view";
import { rangeOf } from "@agentpod/core/metric";
import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { gridOf } from "../../charts/grid.ts";
import { LaterTimeChart } from "../../charts/later-time-chart.tsx";
import { Card } from "../../ui/card.tsx";
import { type figuresOf, linesWithValues, type MetricFigure } from "./metric-figures.ts";
import { useMetricFormat } from "./metric-format.ts";

interface MetricChartsProps {
  view: MetricsView;
  figures: (typeof figuresOf)[keyof typeof figuresOf];
  /** When the answer came, in milliseconds: the charts end there. */
  asOf: number;
  /** In cores; null: none. */
  cpuLimit?: number | null;
}

/** A chart for each figure. One crosshair goes through all of them. */
export function MetricCharts({ view, figures, asOf, cpuLimit = null }: MetricChartsProps) {
  const [at, setAt] = useState<number | null>(null);
  const grid = useMemo(() => gridOf(view.points, view.stepSeconds, rangeOf[view.range].seconds, new Date(asOf)), [view, asOf]);
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      {figures.map((figure) => (
        <FigureChart key={figure.id} figure={figure} view={view} grid={grid} cpuLimit={cpuLimit} at={at} onPoint={setAt} />
      ))}
    </div>
  );
}

interface FigureChartProps {
  figure: MetricFigure;
  view: MetricsView;
  grid: ReturnType<typeof gridOf<MetricsView["points"][number]>>;
  cpuLimit: number | null;
  at: number | null;
  onPoint(at: number | null): void;
}

function FigureChart({ figure, view, grid, cpuLimit, at, onPoint }: FigureChartProps) {
  const t = useTranslations("metrics");
  const format = useMetricFormat(view.range === "7d" || view.range === "30d");
  const lines = useMemo(
    () =>
      linesWithValues(figure, grid.points, view.range !== "1h", cpuLimit).map(({ id, look, values }) => ({
        label: t(`lines.${id}`),
        look,
        values,
      })),
    [figure, grid, view.range, cpuLimit, t],
  );
  const isMeasured = lines.some(({ look }) => look !== "limit");
  return (
    <Card title={<span title={t(`hints.${figure.id}`)}>{t(`figures.${figure.id}`)}</span>}>
      {isMeasured ? (
        <LaterTimeChart
          label={t("chartLabel", { figure: t(`figures.${figure.id}`), range: t(`ranges.${view.range}`) })}
          at={at}
          onPoint={onPoint}
          times={grid.times}
          lines={lines}
          steps={figure.unit === "bytes" || figure.unit === "rate" ? "binary" : "decimal"}
          formatValue={format.of(figure.unit)}
          formatTime={format.time}
          formatTick={format.tick}
          unknown={t("unknown")}
        />
      ) : (
        <p className="flex items-center justify-center px-4 text-center text-soft text-sm" style={{ height: 212 }}>
          {t("notMeasured")}
        </p>
      )}
    </Card>
  );
}
