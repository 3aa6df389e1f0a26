import { logSummaryView } from "@agentpod/core/api/log-view";
import { podLogLine } from "@agentpod/core/api/pod-view";
import { logLevels } from "@agentpod/core/log-level";
import { name } from "@agentpod/core/name";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { ndjson } from "./ndjson.ts";
import { count, flag, podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { checkUnit } from "./running-unit.ts";

const path = "/tenants/{tenant}/pods/{pod}/logs";
const moment = z.iso.datetime({ offset: true, message: "a time such as 2026-01-31T12:00:00Z" });
const dayMs = 86_400_000;

export const podLogRoutes = [
  route({
    id: "getPodLogs",
    method: "get",
    path,
    tag: "Pods",
    summary: "Log lines of a pod as NDJSON, kept beyond the end of its containers; the values of its secrets are taken out",
    access: needs("pod.logs"),
    params: podParams,
    query: z.strictObject({
      unit: name.optional(),
      follow: flag,
      tail: count(0, 1_000_000).optional(),
      since: moment.optional(),
      search: z.string().min(1).max(500).optional(),
      level: z.enum(logLevels).optional(),
    }),
    answer: {
      status: 200,
      schema: podLogLine,
      type: "application/x-ndjson",
      description: "One line per log line. `tail` counts those that are wanted; `level` means as bad as this or worse",
    },
    async handle({ params, query, deps, signal, read }) {
      const pod = await read((store) => store.pods.get(params.tenant, params.pod));
      if (query.unit !== undefined) checkUnit(pod, query.unit);
      return ndjson({ log: deps.log, clientGone: signal, follow: query.follow }, (until) =>
        deps.logs.read(pod, {
          unit: query.unit ?? null,
          follow: query.follow,
          tail: query.tail ?? null,
          since: query.since === undefined ? null : new Date(query.since),
          search: query.search ?? null,
          level: query.level ?? null,
          signal: until,
        }),
      );
    },
  }),
  route({
    id: "getPodLogSummary",
    method: "get",
    path: `${path}/summary`,
    tag: "Pods",
    summary: "What a pod's log said, in numbers: lines by hour and level, and what was said most often",
    access: needs("pod.logs"),
    params: podParams,
    query: z.strictObject({ since: moment.optional() }),
    answer: { status: 200, schema: logSummaryView, description: "Of the last 24 hours unless said otherwise" },
    async handle({ params, query, deps, read }) {
      const pod = await read((store) => store.pods.get(params.tenant, params.pod));
      const since = query.since === undefined ? new Date(deps.clock().getTime() - dayMs) : new Date(query.since);
      return deps.logs.summary(pod, since);
    },
  }),
];
