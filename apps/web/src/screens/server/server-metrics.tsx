"use client";
import { platformSubjects } from "@agentpod/core/metric";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { Asked } from "../../ui/asked.tsx";
import { figuresOf } from "../metrics/metric-figures.ts";
import { MetricTools, useMetricTools } from "../metrics/metric-tools.tsx";
import { MetricView } from "../metrics/metric-view.tsx";
import { metricQueries } from "../metrics/use-metrics.ts";

/** What is used of the machine, and by AgentPod itself. */
export default function ServerMetrics() {
  return (
    <LaterTexts>
      <ServerMetricsInside />
    </LaterTexts>
  );
}

function ServerMetricsInside() {
  const t = useTranslations("metrics");
  const tools = useMetricTools();
  const query = useQuery(metricQueries.platform(tools.range));
  return (
    <div className="flex flex-col gap-4">
      <MetricTools {...tools} />
      <Asked query={query} lines={10}>
        {(views) => (
          <>
            {platformSubjects.map((subject) => (
              <section key={subject} aria-labelledby={`metrics-${subject}`} className="flex flex-col gap-3">
                <h2 id={`metrics-${subject}`} className="pt-2 font-semibold">
                  {t(`subjects.${subject}`)}
                </h2>
                <MetricView
                  view={views[subject]}
                  figures={figuresOf[subject]}
                  asOf={query.dataUpdatedAt}
                  isTable={tools.isTable}
                  label={t(`subjects.${subject}`)}
                />
              </section>
            ))}
          </>
        )}
      </Asked>
    </div>
  );
}
