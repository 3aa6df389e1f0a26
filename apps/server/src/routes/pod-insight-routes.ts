import { podHealth, unitStats } from "@agentpod/core/api/pod-view";
import { AppError } from "@agentpod/core/errors";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { podLogRoutes } from "./pod-log-routes.ts";
import { route } from "./route.ts";
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
  ...podLogRoutes,
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
