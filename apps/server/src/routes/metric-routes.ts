import { metricsView, platformMetricsView } from "@agentpod/core/api/metric-view";
import { type MetricRange, metricRanges, rangeOf } from "@agentpod/core/metric";
import type { Store } from "@agentpod/core/store";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { exposeMetrics } from "../metrics/expose-metrics.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Metrics";
const query = z.strictObject({ range: z.enum(metricRanges).default("1h") });

async function view(store: Store, subject: string, range: MetricRange, now: Date) {
  return { range, stepSeconds: rangeOf[range].tier.seconds, points: await store.metrics.points(subject, range, now) };
}

export const metricRoutes = [
  route({
    id: "getPodMetrics",
    method: "get",
    path: "/tenants/{tenant}/pods/{pod}/metrics",
    tag,
    summary: "CPU, memory, network and disk of a pod over a time",
    access: needs("pod.read"),
    params: podParams,
    query,
    answer: { status: 200, schema: metricsView, description: "Averages of all its units together" },
    handle: ({ params, query, deps, read }) =>
      read(async (store) => view(store, (await store.pods.get(params.tenant, params.pod)).id, query.range, deps.clock())),
  }),
  route({
    id: "getPlatformMetrics",
    method: "get",
    path: "/platform/metrics",
    tag,
    summary: "What the machine, and AgentPod itself, use over a time",
    access: needs("platform.read"),
    query,
    answer: { status: 200, schema: platformMetricsView, description: "The machine as a whole, and AgentPod's own processes" },
    async handle({ query, deps, principal }) {
      requirePlatform(principal, "looking at the machine");
      return deps.database.asSystem(async (store) => ({
        machine: await view(store, "machine", query.range, deps.clock()),
        agentpod: await view(store, "agentpod", query.range, deps.clock()),
      }));
    },
  }),
  route({
    id: "prometheusMetrics",
    method: "get",
    path: "/metrics",
    tag,
    summary: "What was last measured, for Prometheus; its bearer token needs the permission platform.read and no other",
    access: needs("platform.read"),
    answer: { status: 200, schema: z.string(), type: "text/plain", description: "Prometheus' text format" },
    async handle({ deps, principal }) {
      requirePlatform(principal, "scraping");
      const text = await deps.database.asSystem((store) => exposeMetrics(store, deps.clock()));
      return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" } });
    },
  }),
];
