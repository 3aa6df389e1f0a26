import { accessLogFilter } from "@agentpod/core/api/access-log-query";
import { accessLogLine, doctorLine, plannedAction, platformHealth } from "@agentpod/core/api/platform-view";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { ndjson } from "./ndjson.ts";
import { count, flag } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Platform";

export const platformRoutes = [
  route({
    id: "health",
    method: "get",
    path: "/health",
    tag,
    summary: "Whether the server answers",
    access: { kind: "public", because: "it says nothing but that the server answers, for load balancers" },
    answer: { status: 200, schema: platformHealth, description: "It does" },
    handle: async ({ deps }) => (await deps.health?.()) ?? { status: "ok", message: "AgentPod answers." },
  }),
  route({
    id: "doctor",
    method: "get",
    path: "/doctor",
    tag,
    summary: "Check the installation; each line says what to do",
    access: needs("platform.read"),
    answer: { status: 200, schema: z.array(doctorLine), description: "One line per check" },
    handle: ({ deps }) => deps.doctor(),
  }),
  route({
    id: "reconcile",
    method: "post",
    path: "/reconcile",
    tag,
    summary: "Print the plan (`dryRun`), or run one pass now",
    access: needs("platform.reconcile"),
    audit: "platform.reconciled",
    query: z.strictObject({ dryRun: flag }),
    answer: { status: 200, schema: z.array(plannedAction), description: "The actions planned or taken" },
    async handle({ deps, query, change }) {
      if (query.dryRun) return deps.reconcile.dryRun();
      const actions = await deps.reconcile.now();
      await change(async (_store, note) =>
        note({
          tenantId: null,
          tenant: null,
          message: `one pass by request: ${actions.length} action(s)`,
          data: { actions: actions.length },
        }),
      );
      return actions;
    },
  }),
  route({
    id: "gatewayAccessLog",
    method: "get",
    path: "/gateway/access-log",
    tag,
    summary: "Search the gateway's access log, as NDJSON: the last `tail` lines that fit, then, with `follow`, those that come",
    access: needs("platform.read"),
    query: accessLogFilter.extend({ route: z.uuid("a route id").optional(), tail: count(0, 100_000).default(100), follow: flag }),
    answer: { status: 200, schema: accessLogLine, type: "application/x-ndjson", description: "One line per request" },
    async handle({ deps, query, signal }) {
      const { route: routeId = null, ...search } = query;
      return ndjson({ log: deps.log, clientGone: signal, follow: query.follow }, (until) =>
        deps.gateway.logs({ ...search, route: routeId, signal: until }),
      );
    },
  }),
];
