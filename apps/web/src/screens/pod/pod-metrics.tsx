"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { Asked } from "../../ui/asked.tsx";
import { figuresOf } from "../metrics/metric-figures.ts";
import { MetricTools, useMetricTools } from "../metrics/metric-tools.tsx";
import { MetricView } from "../metrics/metric-view.tsx";
import { metricQueries } from "../metrics/use-metrics.ts";
import { PodMetricsUnits } from "./pod-metrics-units.tsx";
import type { PodTabProps } from "./pod-tabs.ts";

/** What a pod uses, over a time and now. */
export default function PodMetrics(props: PodTabProps) {
  return (
    <LaterTexts>
      <PodMetricsInside {...props} />
    </LaterTexts>
  );
}

function PodMetricsInside({ pod }: PodTabProps) {
  const t = useTranslations("metrics");
  const tools = useMetricTools();
  const query = useQuery(metricQueries.pod(pod.tenant, pod.name, tools.range));
  return (
    <div className="flex flex-col gap-4">
      <MetricTools {...tools} />
      <Asked query={query} lines={8}>
        {(view) => (
          <MetricView
            view={view}
            figures={figuresOf.pod}
            asOf={query.dataUpdatedAt}
            isTable={tools.isTable}
            label={`${pod.tenant}/${pod.name}`}
            cpuLimit={cpuLimitOf(pod, view.points)}
            {...(tools.range === "1h" && pod.desired !== "running" ? { emptyText: t("emptyResting") } : {})}
          />
        )}
      </Asked>
      <PodMetricsUnits pod={pod} />
    </div>
  );
}

/** Cores of all units together; null where nothing holds them to it: a runtime that limits memory limits CPU too. */
const cpuLimitOf = ({ spec }: PodView, points: readonly { memoryLimitBytes: number | null }[]): number | null =>
  points.some(({ memoryLimitBytes }) => memoryLimitBytes !== null)
    ? spec.units.reduce((sum, { resources }) => sum + resources.cpus, 0)
    : null;
