import { customerAccessView, customerAgentView, resetAccessRequest } from "@agentpod/core/api/customer-access-view";
import { AppError } from "@agentpod/core/errors";
import { podLabel } from "@agentpod/core/pod";
import { z } from "zod";
import { openAccess, showCustomerAgent } from "../agents/customer-agent.ts";
import { customerSecretIn } from "../agents/customer-cookie.ts";
import { enterAgent } from "../agents/enter-agent.ts";
import { resetAccess } from "../agents/reset-access.ts";
import { needs } from "../auth/access.ts";
import { checkOrigin } from "../auth/check-origin.ts";
import { addressLimits, limited } from "../users/limited.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { type Call, route } from "./route.ts";

const tag = "Agents";
const ofPod = "/tenants/{tenant}/pods/{pod}/customer-accesses";
const accessParams = z.object({ access: z.uuid() });
const own = {
  kind: "own-token",
  because: "it needs the cookie that a hand-over gave this browser; wrong ones are counted by address",
} as const;

type Asked = Pick<Call<{ access: string }>, "params" | "deps" | "asked">;

/** The access of the browser that asks; throws `unauthenticated`. */
const accessOf = ({ params, deps, asked }: Asked) =>
  limited(deps.database, addressLimits("customer", asked.client), () =>
    deps.database.asSystem((store) => openAccess(store, params.access, customerSecretIn(asked.cookie))),
  );

/** A browser says from which page it asks; what does not is none. */
function requireOwnPage({ deps, asked }: Asked): void {
  if (asked.origin === undefined) throw new AppError("forbidden", "this may not be asked from another site");
  checkOrigin(asked.origin, asked.host, deps.publicUrl);
}

export const customerAccessRoutes = [
  route({
    id: "listCustomerAccesses",
    method: "get",
    path: ofPod,
    tag,
    summary: "Browsers that were handed an agent: they see its status and usage, and may reset its access",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: z.array(customerAccessView), description: "The newest first" },
    handle: ({ params, read }) =>
      read(async (store) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const all = await store.customerAccesses.list(pod.id);
        return all.map(({ id, createdAt, expiresAt, lastUsedAt }) => ({ id, createdAt, expiresAt, lastUsedAt }));
      }),
  }),
  route({
    id: "deleteCustomerAccess",
    method: "delete",
    path: `${ofPod}/{access}`,
    tag,
    summary: "Take a browser's page of an agent back; who is in the agent stays in until its token is rotated",
    access: needs("pod.write"),
    audit: "customer_access.deleted",
    params: podParams.extend(accessParams.shape),
    answer: { status: 204, description: "It is worth nothing" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        if (!(await store.customerAccesses.delete(pod.id, params.access)))
          throw new AppError("not_found", `${podLabel(pod)} has no such access`);
        note(notePod(pod, `a user's page of ${podLabel(pod)} was taken back`, { access: params.access }));
      }),
  }),
  route({
    id: "getOwnAgent",
    method: "get",
    path: "/my-agents/{access}",
    tag,
    summary: "Status and usage of an agent, for the browser that was handed it",
    access: own,
    params: accessParams,
    answer: { status: 200, schema: customerAgentView, description: "What its user sees" },
    async handle(call) {
      await accessOf(call);
      return call.deps.database.asSystem(async (store) => {
        const access = await openAccess(store, call.params.access, customerSecretIn(call.asked.cookie));
        await store.customerAccesses.markSeen(access.id);
        return showCustomerAgent(store, call.deps, access);
      });
    },
  }),
  route({
    id: "resetOwnAgent",
    method: "post",
    path: "/my-agents/{access}/reset",
    tag,
    summary: "Reset the access to an agent: every browser is out, and this one may enter once",
    access: own,
    audit: "customer_access.reset",
    params: accessParams,
    body: resetAccessRequest,
    answer: { status: 202, schema: z.object({ mayEnter: z.literal(true) }), description: "The agent starts anew" },
    async handle(call) {
      await accessOf(call);
      requireOwnPage(call);
      await resetAccess(call.deps, call.params.access, customerSecretIn(call.asked.cookie), call.asked.client);
      return { mayEnter: true };
    },
  }),
  route({
    id: "enterOwnAgent",
    method: "post",
    path: "/my-agents/{access}/enter",
    tag,
    summary: "After a reset: where the agent's page is, with a credential for this browser",
    access: own,
    audit: "customer_access.entered",
    params: accessParams,
    body: z.strictObject({}),
    answer: { status: 200, schema: z.object({ url: z.string() }), description: "To be opened at once" },
    async handle(call) {
      await accessOf(call);
      requireOwnPage(call);
      const { access: id } = call.params;
      const { url } = await enterAgent(call.deps, {
        find: async (store) => {
          const access = await openAccess(store, id, customerSecretIn(call.asked.cookie));
          if (!access.mayEnter) throw new AppError("conflict", "this browser is in already: open the agent's page, or reset the access");
          return access.podId;
        },
        mark: (store, _pod, isUsed) => store.customerAccesses.setEntry(id, !isUsed),
      });
      return { url };
    },
  }),
];
