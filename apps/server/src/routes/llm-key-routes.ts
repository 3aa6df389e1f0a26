import { addLlmKeyRequest, llmKeyView, newLlmKeyView } from "@agentpod/core/api/llm-view";
import { podView } from "@agentpod/core/api/pod-view";
import { AppError } from "@agentpod/core/errors";
import { type LlmKey, maskedLlmKey } from "@agentpod/core/llm/llm-key";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { newLlmKey } from "../llm/new-llm-key.ts";
import { givePodLlmKey, readsLlmKey } from "../llm/pod-llm-key.ts";
import { notePod } from "./note-pod.ts";
import { podParams, tenantParams } from "./path-params.ts";
import { route } from "./route.ts";
import { viewPod } from "./show-pod.ts";

const tag = "LLM";

const show = ({ tenantId: _t, podId: _p, ...key }: LlmKey) => ({ ...key, masked: maskedLlmKey(key.id) });

export const llmKeyRoutes = [
  route({
    id: "listLlmKeys",
    method: "get",
    path: "/tenants/{tenant}/llm-keys",
    tag,
    summary: "List a tenant's keys for the LLM proxy: its pods' own, and those made by hand",
    access: needs("llm.read"),
    params: tenantParams,
    answer: { status: 200, schema: z.array(llmKeyView), description: "Without their secrets; revoked ones too" },
    handle: ({ params, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        return (await store.llmKeys.list({ tenant: params.tenant })).map(show);
      }),
  }),
  route({
    id: "addLlmKey",
    method: "post",
    path: "/tenants/{tenant}/llm-keys",
    tag,
    summary: "Make a key for the LLM proxy by hand; its secret is shown this once",
    access: needs("llm.write"),
    audit: "llm.key_added",
    params: tenantParams,
    body: addLlmKeyRequest,
    answer: { status: 201, schema: newLlmKeyView, description: "The key" },
    handle: ({ params, body, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const { id, hash, text } = newLlmKey();
        const key = await store.llmKeys.insert({ id, tenantId: tenant.id, podId: null, name: body.name, hash });
        note({ tenantId: tenant.id, tenant: tenant.name, message: `LLM key ${key.name} was made`, data: { key: id, name: key.name } });
        return { ...show(key), key: text };
      }),
  }),
  route({
    id: "revokeLlmKey",
    method: "delete",
    path: "/tenants/{tenant}/llm-keys/{key}",
    tag,
    summary: "Revoke a key for the LLM proxy: no call with it is answered from now on",
    access: needs("llm.write"),
    audit: "llm.key_revoked",
    params: tenantParams.extend({ key: z.string().regex(/^[a-z0-9]{1,40}$/, "the id of a key") }),
    answer: { status: 204, description: "It holds no longer" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const key = await store.llmKeys.get(params.tenant, params.key);
        await store.llmKeys.revoke(key.id);
        const message = key.pod === null ? `LLM key ${key.name} was revoked` : `the LLM key of ${key.tenant}/${key.pod} was revoked`;
        const { tenantId, tenant, id } = key;
        note({ tenantId, tenant, ...(key.pod !== null && { pod: key.pod }), message, data: { key: id, name: key.name } });
      }),
  }),
  route({
    id: "rotatePodLlmKey",
    method: "post",
    path: "/tenants/{tenant}/pods/{pod}/llm-key",
    tag,
    summary: "Give a pod a new key for the LLM proxy; the one it has is revoked, and the pod restarted with the new one",
    access: needs("llm.write"),
    audit: "llm.key_rotated",
    params: podParams,
    answer: { status: 202, schema: podView, description: "The pod, being restarted" },
    handle: ({ params, deps, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        if (!readsLlmKey(pod.spec))
          throw new AppError("conflict", `${params.tenant}/${params.pod} has no LLM key: its spec does not name {{ llm.key }}.`);
        const id = await givePodLlmKey(store, pod);
        const restarted = await store.pods.restart(pod.id);
        note(notePod(pod, "the pod's LLM key was replaced", { key: id }));
        return viewPod(store, restarted, deps);
      }),
  }),
];
