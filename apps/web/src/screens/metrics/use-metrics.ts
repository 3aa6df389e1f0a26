import { type MetricRange, metricTiers, rangeOf } from "@agentpod/core/metric";
import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** A sample is taken in the middle of each step of 15 s, and what is rolled up is so with the first sample after the step; then it is written. */
const writtenAfterMs = (metricTiers[0].seconds / 2 + 1.5) * 1000;

/** Until the next point of a range is there to be asked for. */
export function untilNextPoint(range: MetricRange, now: number): number {
  const stepMs = rangeOf[range].tier.seconds * 1000;
  return stepMs - ((((now - writtenAfterMs) % stepMs) + stepMs) % stepMs);
}

/** Asked again when the next point is there, while the page is seen: no event tells of samples. */
const live = (range: MetricRange) => ({
  staleTime: rangeOf[range].tier.seconds * 1000,
  refetchInterval: () => untilNextPoint(range, Date.now()),
  refetchOnWindowFocus: "always" as const,
});

export const metricQueries = {
  pod: (tenant: string, pod: string, range: MetricRange) =>
    queryOptions({ queryKey: ["metrics", tenant, pod, range], queryFn: () => api.metrics.pod(tenant, pod, range), ...live(range) }),
  platform: (range: MetricRange) =>
    queryOptions({ queryKey: ["platform-metrics", range], queryFn: () => api.metrics.platform(range), ...live(range) }),
  units: (tenant: string, pod: string) =>
    queryOptions({ queryKey: ["unit-stats", tenant, pod], queryFn: () => api.pods.stats(tenant, pod), ...live("1h") }),
};
