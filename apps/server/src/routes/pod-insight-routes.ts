import { podHealth, podLogLine, unitStats } from "@agentpod/core/api/pod-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { ndjson } from "./ndjson.ts";
import { notePod } from "./note-pod.ts";
import { count, flag, podParams } from "./path-params.ts";
import { podLogs } from "./pod-logs.ts";
import { route } from "./route.ts";
import { checkUnit } from "./running-unit.ts";
import { podHealthOf } from "./show-pod.ts";

const tag = "Pods";
const path = "/tenants/{tenant}/pods/{pod}";

export const podInsightRoutes = [
  route({
    id: "getPodHealth",
    method: "get",
    path: `${path}/health`,
    tag,
    summary: "What the probes of a pod last said",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: podHealth, description: "Unit by unit" },
    handle: async ({ params, read }) => podHealthOf(await read((store) => store.pods.get(params.tenant, params.pod))),
  }),
  route({
    id: "getPodStats",
    method: "get",
    path: `${path}/stats`,
    tag,
    summary: "CPU and memory of a pod's units, now",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: z.array(unitStats), description: "Units that run" },
    async handle({ params, deps, read }) {
      const pod = await read((store) => store.pods.get(params.tenant, params.pod));
      const samples = await deps.runtime.stats([pod.id]);
      return samples.map(({ id, ...sample }) => ({ unit: id.unit, revision: id.revision, ...sample }));
    },
  }),
  route({
    id: "getPodLogs",
    method: "get",
    path: `${path}/logs`,
    tag,
    summary: "Log lines of a pod as NDJSON",
    access: needs("pod.logs"),
    params: podParams,
    query: z.strictObject({
      unit: name.optional(),
      follow: flag,
      tail: count(0, 1_000_000).optional(),
      since: z.iso.datetime({ offset: true, message: "a time such as 2026-01-31T12:00:00Z" }).optional(),
    }),
    answer: { status: 200, schema: podLogLine, type: "application/x-ndjson", description: "One line per log line" },
    async handle({ params, query, deps, feed, signal, read }) {
      const look = () => read((store) => store.pods.get(params.tenant, params.pod));
      const pod = await look();
      if (query.unit !== undefined) checkUnit(pod, query.unit);
      const units = query.unit === undefined ? pod.spec.units.map((unit) => unit.name) : [query.unit];
      const lookAgain = () =>
        look().catch((error: unknown) => {
          if (toAppError(error).code === "not_found") return null;
          throw error;
        });
      return ndjson({ log: deps.log, clientGone: signal, follow: query.follow }, (until) =>
        podLogs({ runtime: deps.runtime, feed, look: lookAgain, clock: deps.clock }, pod, units, {
          follow: query.follow,
          tail: query.tail ?? null,
          since: query.since === undefined ? null : new Date(query.since),
          signal: until,
        }),
      );
    },
  }),
  route({
    id: "revealSecret",
    method: "post",
    path: `${path}/secrets/{secret}/reveal`,
    tag,
    summary: "Show the value of one secret; written down in the event log",
    access: needs("secret.reveal"),
    audit: "secret.revealed",
    params: podParams.extend({ secret: z.string().max(128) }),
    answer: { status: 200, schema: z.object({ name: z.string(), value: z.string() }), description: "The value" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const secrets = await store.secrets.reveal(pod.id);
        const value = Object.hasOwn(secrets, params.secret) ? secrets[params.secret] : undefined;
        if (value === undefined) {
          const names = Object.keys(secrets).sort().join(", ") || "none";
          throw new AppError("not_found", `there is no secret ${params.secret}; there is ${names}`);
        }
        note(notePod(pod, `secret ${params.secret} was revealed`, { secret: params.secret }));
        return { name: params.secret, value };
      }),
  }),
];
