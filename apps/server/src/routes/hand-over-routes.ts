import { createHandOverRequest, handOverLook, handOverSecret, handOverView, usedHandOver } from "@agentpod/core/api/agent-gateway-view";
import { oneTimeLink as oneTimeLinkView } from "@agentpod/core/api/user-view";
import { AppError } from "@agentpod/core/errors";
import type { HandOver } from "@agentpod/core/hand-over";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import type { Store } from "@agentpod/core/store";
import { agentName } from "../agents/agent-name.ts";
import { customerCookie } from "../agents/customer-cookie.ts";
import { openHandOver, useHandOver } from "../agents/use-hand-over.ts";
import { needs } from "../auth/access.ts";
import { hashToken, newHandOverSecret } from "../auth/token-secret.ts";
import { addressLimits, limited } from "../users/limited.ts";
import { oneTimeLink } from "../users/one-time-link.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Agents";
const path = "/tenants/{tenant}/pods/{pod}/hand-over";

export const handOverRoutes = [
  route({
    id: "createHandOver",
    method: "post",
    path,
    tag,
    summary: "Make a link by which an agent's user opens its page, once; an earlier one ends",
    access: needs("pod.write"),
    audit: "hand_over.created",
    params: podParams,
    body: createHandOverRequest,
    answer: { status: 201, schema: oneTimeLinkView, description: "Give the link to whom the agent is for" },
    async handle({ params, body, principal, deps, change }) {
      const secret = newHandOverSecret();
      const expiresAt = new Date(deps.clock().getTime() + body.hours * 3_600_000).toISOString();
      return change(async (store, note) => {
        const pod = await agentPod(store, params);
        const secretHash = hashToken(secret);
        await store.handOvers.put({ podId: pod.id, tenantId: pod.tenantId, secretHash, createdBy: principal.actor, expiresAt });
        note(notePod(pod, `a hand-over link of ${podLabel(pod)} was made`, { expiresAt }));
        return oneTimeLink(deps.publicUrl, "/hand-over", secret, expiresAt);
      });
    },
  }),
  route({
    id: "getHandOver",
    method: "get",
    path,
    tag,
    summary: "Whether an agent's newest hand-over link can still be used",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: handOverView.nullable(), description: "Null: there was none" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        const pod = await agentPod(store, params);
        const found = await store.handOvers.find(pod.id);
        return found === null ? null : viewOf(found, pod, deps.clock());
      }),
  }),
  route({
    id: "deleteHandOver",
    method: "delete",
    path,
    tag,
    summary: "Take an agent's hand-over link back",
    access: needs("pod.write"),
    audit: "hand_over.deleted",
    params: podParams,
    answer: { status: 204, description: "The link is worth nothing" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const pod = await agentPod(store, params);
        await store.handOvers.delete(pod.id);
        note(notePod(pod, `the hand-over link of ${podLabel(pod)} was taken back`, {}));
      }),
  }),
  route({
    id: "lookAtHandOver",
    method: "post",
    path: "/hand-over/look",
    tag,
    summary: "Which agent a hand-over link opens",
    access: { kind: "public", because: "it needs the link's secret; wrong ones are counted by address" },
    audit: "hand_over.seen",
    body: handOverSecret,
    answer: { status: 200, schema: handOverLook, description: "The agent's name" },
    handle: ({ deps, asked, body }) =>
      limited(deps.database, addressLimits("hand-over", asked.client), () =>
        deps.database.asSystem(async (store) => {
          const { podId, expiresAt } = await openHandOver(store, body.secret);
          const pod = await store.pods.getById(podId);
          return { agent: await agentName(store, pod), expiresAt };
        }),
      ),
  }),
  route({
    id: "useHandOver",
    method: "post",
    path: "/hand-over/use",
    tag,
    summary: "Use a hand-over link up: where the agent's page is, with a credential for one browser",
    access: { kind: "public", because: "it needs the link's secret; wrong ones are counted by address" },
    audit: "hand_over.used",
    body: handOverSecret,
    answer: { status: 200, schema: usedHandOver, description: "To be opened at once" },
    async handle({ deps, asked, body, context }) {
      // Wrong secrets are counted; that an agent is still starting is nobody's fault.
      await limited(deps.database, addressLimits("hand-over", asked.client), () =>
        deps.database.asSystem((store) => openHandOver(store, body.secret)),
      );
      const { used, access } = await useHandOver(deps, body.secret, asked.client);
      context.header("set-cookie", customerCookie(access.id, access.secret, asked.isHttps), { append: true });
      return used;
    },
  }),
];

/** Throws `invalid` for a pod that is no agent. */
async function agentPod(store: Store, { tenant, pod: name }: { tenant: string; pod: string }): Promise<Pod> {
  const pod = await store.pods.get(tenant, name);
  if (gatewayUnit(pod.spec) === null)
    throw new AppError("invalid", `${podLabel(pod)} is no agent: none of its units has a probe of kind agent`);
  return pod;
}

function viewOf({ createdBy, createdAt, expiresAt, usedAt }: HandOver, pod: Pod, now: Date) {
  const isOpen = usedAt === null && Date.parse(expiresAt) > now.getTime();
  return { tenant: pod.tenant, pod: pod.name, createdBy, createdAt, expiresAt, usedAt, isOpen };
}
