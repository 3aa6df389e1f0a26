import type { MetricsView, PlatformMetricsView } from "@agentpod/core/api/metric-view";
import type { MetricRange } from "@agentpod/core/metric";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;

/** What pods, the machine and AgentPod itself use over a time. */
export function metricCalls(transport: Transport) {
  return {
    pod: (tenant: string, pod: string, range: MetricRange) =>
      transport.json<MetricsView>("GET", `/tenants/${enc(tenant)}/pods/${enc(pod)}/metrics`, { query: { range } }),
    platform: (range: MetricRange) => transport.json<PlatformMetricsView>("GET", "/platform/metrics", { query: { range } }),
    /** In Prometheus' text format. */
    prometheus: () => transport.text("GET", "/metrics"),
  };
}
