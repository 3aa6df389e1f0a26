import { createPodRequest, rollbackRequest, updatePodRequest } from "@agentpod/core/api/pod-request";
import { podSummary, podView, revisionView } from "@agentpod/core/api/pod-view";
import { name } from "@agentpod/core/name";
import { podLabel } from "@agentpod/core/pod";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { hashPasswords, hidePasswords } from "./basic-auth-users.ts";
import { notePod } from "./note-pod.ts";
import { givenFlag, podParams, tenantParams } from "./path-params.ts";
import { refuseUnsaid } from "./refuse-unsaid.ts";
import { route } from "./route.ts";
import { summarizePods, viewPod } from "./show-pod.ts";
import { wayOfChange } from "./way-of-change.ts";
import { createPod, rollBackPod, updatePod } from "./write-pod.ts";

const tag = "Pods";
const path = "/tenants/{tenant}/pods/{pod}";
const accepted = { status: 202, schema: podView, description: "Accepted: the pod as it is to be; watch its status" } as const;

export const podRoutes = [
  route({
    id: "createPod",
    method: "post",
    path: "/tenants/{tenant}/pods",
    tag,
    summary: "Create a pod from a template or a spec",
    access: needs("pod.write"),
    audit: "pod.created",
    params: tenantParams,
    body: createPodRequest,
    answer: accepted,
    async handle({ principal, params, body, deps, change }) {
      const [machine, spec] = await Promise.all([deps.machine(), hashPasswords(body.spec)]);
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const pod = await createPod({ store, deps, actor: principal.actor, machine }, tenant, { ...body, spec });
        note(notePod(pod, `pod ${podLabel(pod)} created`, { template: pod.template, generation: pod.generation }));
        return viewPod(store, pod, deps);
      });
    },
  }),
  route({
    id: "listPods",
    method: "get",
    path: "/pods",
    tag,
    summary: "List pods, of one tenant or of all that this token sees",
    access: needs("pod.read"),
    query: z.strictObject({ tenant: name.optional() }),
    answer: { status: 200, schema: z.array(podSummary), description: "By tenant and name" },
    handle: ({ query, deps, read }) =>
      read(async (store) => {
        if (query.tenant !== undefined) await store.tenants.get(query.tenant);
        return summarizePods(store, await store.pods.list(query.tenant === undefined ? {} : { tenant: query.tenant }), deps);
      }),
  }),
  route({
    id: "getPod",
    method: "get",
    path,
    tag,
    summary: "One pod: intent, status, units, addresses",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: podView, description: "The pod" },
    handle: ({ params, deps, read }) => read(async (store) => viewPod(store, await store.pods.get(params.tenant, params.pod), deps)),
  }),
  route({
    id: "updatePod",
    method: "patch",
    path,
    tag,
    summary: "Change inputs, template or spec: the next generation",
    access: needs("pod.write"),
    audit: "pod.updated",
    params: podParams,
    body: updatePodRequest,
    answer: accepted,
    async handle({ principal, params, body, deps, change }) {
      const [machine, spec] = await Promise.all([deps.machine(), hashPasswords(body.spec)]);
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const pod = await store.pods.get(params.tenant, params.pod);
        const { updated, applies } = await wayOfChange(store, pod, () =>
          updatePod({ store, deps, actor: principal.actor, machine }, tenant, pod, { ...body, spec }),
        );
        const inputs = Object.keys(body.inputs ?? {});
        note(notePod(updated, `pod ${podLabel(pod)} updated`, { generation: updated.generation, inputs, applies }));
        return { ...(await viewPod(store, updated, deps)), applies };
      });
    },
  }),
  route({
    id: "deletePod",
    method: "delete",
    path,
    tag,
    summary:
      "Delete a pod and, without `keepData`, its volumes; of an adopted pod it must be said, and folders of the machine stay in any case",
    access: needs("pod.delete"),
    audit: "pod.deleted",
    params: podParams,
    query: z.strictObject({ keepData: givenFlag }),
    answer: accepted,
    handle: ({ params, query, deps, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        if (query.keepData === undefined) await refuseUnsaid(store, pod);
        const keepData = query.keepData ?? false;
        const marked = pod.desired === "deleted" ? pod : await store.pods.setDesired(pod.id, "deleted", keepData);
        note(notePod(marked, `pod ${podLabel(pod)} is to be deleted`, { keepData }));
        return viewPod(store, marked, deps);
      }),
  }),
  route({
    id: "listRevisions",
    method: "get",
    path: `${path}/revisions`,
    tag,
    summary: "A pod's generations, newest first",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: z.array(revisionView), description: "What each generation was" },
    handle: ({ params, read }) =>
      read(async (store) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const revisions = await store.pods.revisions(pod.id);
        return revisions.sort((a, b) => b.generation - a.generation).map((one) => ({ ...one, spec: hidePasswords(one.spec) }));
      }),
  }),
  route({
    id: "rollBackPod",
    method: "post",
    path: `${path}/rollback`,
    tag,
    summary: "Write an earlier generation as the next one",
    access: needs("pod.write"),
    audit: "pod.rolled_back",
    params: podParams,
    body: rollbackRequest,
    answer: accepted,
    async handle({ principal, params, body, deps, change }) {
      const machine = await deps.machine();
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const pod = await store.pods.get(params.tenant, params.pod);
        const { updated, applies } = await wayOfChange(store, pod, () =>
          rollBackPod({ store, deps, actor: principal.actor, machine }, tenant, pod, body.generation),
        );
        const data = { generation: updated.generation, applies };
        note(notePod(updated, `pod ${podLabel(pod)} rolled back to generation ${body.generation}`, data));
        return { ...(await viewPod(store, updated, deps)), applies };
      });
    },
  }),
];
