import { operationSummary, operationView } from "@agentpod/core/api/operation-view";
import { name } from "@agentpod/core/name";
import { operationStates } from "@agentpod/core/operation";
import type { Store } from "@agentpod/core/store";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { count } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Operations";
const operationParams = z.object({ operation: z.uuid("the id of an operation") });

const withSteps = async (store: Store, id: string) => ({ ...(await store.operations.get(id)), steps: await store.operations.steps(id) });

export const operationRoutes = [
  route({
    id: "listOperations",
    method: "get",
    path: "/operations",
    tag,
    summary: "Operations: what takes a while, under way and done; events `operation.*` tell when one goes on",
    access: needs("pod.read"),
    query: z.strictObject({
      tenant: name.optional(),
      pod: name.optional(),
      state: z.enum(operationStates).optional(),
      kind: z.string().max(60).optional(),
      limit: count(1, 500).default(50),
    }),
    answer: { status: 200, schema: z.array(operationSummary), description: "The newest first" },
    handle: ({ query: { limit, tenant, pod, state, kind }, read }) =>
      read(async (store) => {
        if (tenant !== undefined) await store.tenants.get(tenant);
        const filter = { ...(tenant && { tenant }), ...(pod && { pod }), ...(state && { state }), ...(kind && { kind }) };
        return store.operations.list(filter, limit);
      }),
  }),
  route({
    id: "getOperation",
    method: "get",
    path: "/operations/{operation}",
    tag,
    summary: "One operation with its steps",
    access: needs("pod.read"),
    params: operationParams,
    answer: { status: 200, schema: operationView, description: "The operation" },
    handle: ({ params, read }) => read((store) => withSteps(store, params.operation)),
  }),
  route({
    id: "cancelOperation",
    method: "post",
    path: "/operations/{operation}/cancel",
    tag,
    summary: "Ask for an operation's end: at once in the queue, else where it may stop without leaving anything half done",
    access: needs("pod.write"),
    audit: "operation.cancel_asked",
    params: operationParams,
    answer: { status: 202, schema: operationView, description: "Accepted: watch its state" },
    handle: ({ params, principal, change }) =>
      change(async (store, note) => {
        const { id, kind, tenantId, tenant } = await store.operations.cancel(params.operation, principal.actor);
        note({ tenantId, tenant, message: `the end of operation ${kind} was asked for`, data: { operation: id, kind } });
        return withSteps(store, id);
      }),
  }),
];
