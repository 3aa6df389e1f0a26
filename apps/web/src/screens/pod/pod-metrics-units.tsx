"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Card } from "../../ui/card.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { useMetricFormat } from "../metrics/metric-format.ts";
import { metricQueries } from "../metrics/use-metrics.ts";
import type { PodTabProps } from "./pod-tabs.ts";

/** What each unit uses just now; nothing while none runs. */
export function PodMetricsUnits({ pod }: PodTabProps) {
  const t = useTranslations("metrics");
  const format = useMetricFormat(false);
  const isRunning = pod.units.some(({ state }) => state === "running");
  const { data = [] } = useQuery({ ...metricQueries.units(pod.tenant, pod.name), enabled: isRunning });
  const units = pod.spec.units.flatMap((unit) => {
    const stats = data.find((one) => one.unit === unit.name);
    return stats === undefined ? [] : [{ ...stats, cpus: unit.resources.cpus }];
  });
  if (!isRunning || units.length === 0) return null;
  return (
    <Card title={t("byUnit")} flush>
      <Table label={t("byUnit")} head={[t("unit"), t("figures.cpu"), t("figures.memory"), t("processes")]}>
        {units.map(({ unit, cpuCores, cpus, memoryBytes, memoryLimitBytes, pids }) => (
          <tr key={unit}>
            <Cell className="font-medium">{unit}</Cell>
            <Cell className="whitespace-nowrap tabular-nums">
              {used(cpuCores, memoryLimitBytes === null ? null : cpus, format.of("cores"))}
            </Cell>
            <Cell className="whitespace-nowrap tabular-nums">{used(memoryBytes, memoryLimitBytes, format.of("bytes"))}</Cell>
            <Cell className="text-soft tabular-nums">{pids}</Cell>
          </tr>
        ))}
      </Table>
    </Card>
  );

  function used(value: number | null, limit: number | null, text: (value: number) => string): string {
    if (value === null) return t("unknown");
    return limit === null ? text(value) : t("usedOf", { used: text(value), limit: text(limit) });
  }
}
