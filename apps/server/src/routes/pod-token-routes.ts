import { randomBytes } from "node:crypto";
import { podTokenView, revealedPodToken } from "@agentpod/core/api/agent-gateway-view";
import { podView } from "@agentpod/core/api/pod-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { gatewaySecrets, maskedToken } from "@agentpod/core/products/agents/gateway-unit";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { viewPod } from "./show-pod.ts";

const tag = "Agents";
const path = "/tenants/{tenant}/pods/{pod}/token";

export const podTokenRoutes = [
  route({
    id: "listPodTokens",
    method: "get",
    path: "/pod-tokens",
    tag,
    summary: "Tokens of agents' gateways, masked",
    access: needs("pod.read"),
    query: z.strictObject({ tenant: name.optional() }),
    answer: { status: 200, schema: z.array(podTokenView), description: "By tenant and pod" },
    handle: ({ query, read }) =>
      read(async (store) => {
        if (query.tenant !== undefined) await store.tenants.get(query.tenant);
        const pods = await store.pods.list(query.tenant === undefined ? {} : { tenant: query.tenant });
        const tokens: z.infer<typeof podTokenView>[] = [];
        for (const pod of pods.filter(({ spec }) => gatewaySecrets(spec).length > 0)) {
          const secrets = await store.secrets.reveal(pod.id);
          for (const secret of gatewaySecrets(pod.spec))
            tokens.push({ tenant: pod.tenant, pod: pod.name, name: secret, masked: maskedToken(secrets[secret] ?? "") });
        }
        return tokens;
      }),
  }),
  route({
    id: "revealPodToken",
    method: "post",
    path: `${path}/reveal`,
    tag,
    summary: "Show the token of an agent's gateway; written down in the event log",
    access: needs("secret.reveal"),
    audit: "pod_token.revealed",
    params: podParams,
    answer: { status: 200, schema: revealedPodToken, description: "The value" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const secret = tokenOf(pod);
        const value = (await store.secrets.reveal(pod.id))[secret];
        if (value === undefined) throw new AppError("not_found", `${podLabel(pod)} has no token yet`);
        note(notePod(pod, `the gateway token of ${podLabel(pod)} was revealed`, { secret }));
        return { name: secret, value };
      }),
  }),
  route({
    id: "rotatePodToken",
    method: "post",
    path: `${path}/rotate`,
    tag,
    summary: "Give an agent's gateway a new token: this pod starts anew with it, others are not touched",
    access: needs("pod.write"),
    audit: "pod_token.rotated",
    params: podParams,
    answer: { status: 202, schema: podView, description: "Accepted: the pod as it is to be; watch its status" },
    handle: ({ params, deps, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const secret = tokenOf(pod);
        await store.secrets.put(pod.id, secret, randomBytes(24).toString("base64url"));
        // One new generation for both: who waits for it waits for the new token.
        const next = await store.pods.restart(pod.id);
        note(notePod(pod, `the gateway token of ${podLabel(pod)} was rotated`, { secret, generation: next.generation }));
        return viewPod(store, next, deps);
      }),
  }),
];

/** Name of the secret; throws `invalid` for a pod that is no agent. */
function tokenOf(pod: Pod): string {
  const [secret] = gatewaySecrets(pod.spec);
  if (secret === undefined) throw new AppError("invalid", `${podLabel(pod)} is no agent: none of its units has a probe of kind agent`);
  return secret;
}
