import type { MetricsView } from "@agentpod/core/api/metric-view";
import { useTranslations } from "use-intl";
import { Empty } from "../../ui/empty.tsx";
import { MetricCharts } from "./metric-charts.tsx";
import type { figuresOf } from "./metric-figures.ts";
import { MetricTable } from "./metric-table.tsx";

interface MetricViewProps {
  view: MetricsView;
  figures: (typeof figuresOf)[keyof typeof figuresOf];
  asOf: number;
  isTable: boolean;
  /** Whose. */
  label: string;
  cpuLimit?: number | null;
  /** Instead of "samples appear within a minute". */
  emptyText?: string;
}

/** What was measured of one subject, as charts or as a table. */
export function MetricView({ view, figures, asOf, isTable, label, cpuLimit = null, emptyText }: MetricViewProps) {
  const t = useTranslations("metrics");
  if (view.points.length === 0)
    return <Empty title={t("emptyTitle")} text={emptyText ?? t(view.range === "1h" ? "emptyText" : "emptyRange")} />;
  return isTable ? (
    <MetricTable
      view={view}
      figures={figures}
      label={t("tableLabel", { of: label, range: t(`ranges.${view.range}`) })}
      cpuLimit={cpuLimit}
    />
  ) : (
    <MetricCharts view={view} figures={figures} asOf={asOf} cpuLimit={cpuLimit} />
  );
}
