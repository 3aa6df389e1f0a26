import { patchRouteRequest, podRouteView } from "@agentpod/core/api/pod-route-view";
import { podLabel } from "@agentpod/core/pod";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { notePod } from "./note-pod.ts";
import { hashRoutePasswords, patchRoute } from "./patch-route.ts";
import { count, podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { installationCertificates, showRoutes } from "./show-route.ts";

const tag = "Routes";
const path = "/tenants/{tenant}/pods/{pod}/routes";

export const podRouteRoutes = [
  route({
    id: "listRoutes",
    method: "get",
    path,
    tag,
    summary: "A pod's routes: hosts with their certificates, policies, what they do at the moment",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: z.array(podRouteView), description: "In the order of the spec" },
    async handle({ params, deps, read }) {
      const shared = await installationCertificates(deps);
      return read(async (store) => showRoutes(store, await store.pods.get(params.tenant, params.pod), deps, shared));
    },
  }),
  route({
    id: "updateRoute",
    method: "patch",
    path: `${path}/{index}`,
    tag,
    summary: "Change one route: the next generation of the pod, to be rolled back like any other",
    access: needs("pod.write"),
    audit: "pod.route_updated",
    params: podParams.extend({ index: count(0, 1000) }),
    body: patchRouteRequest,
    answer: { status: 202, schema: podRouteView, description: "Accepted: the route as it is to be" },
    async handle({ principal, params, body, deps, read, change }) {
      const { index } = params;
      await read((store) => store.pods.get(params.tenant, params.pod));
      const [machine, shared, asked] = await Promise.all([deps.machine(), installationCertificates(deps), hashRoutePasswords(body, index)]);
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const pod = await store.pods.get(params.tenant, params.pod);
        const updated = await patchRoute({ store, deps, actor: principal.actor, machine }, tenant, pod, index, asked);
        const keys = [...Object.keys(body), ...Object.keys(body.policies ?? {}).map((key) => `policies.${key}`)].filter(
          (key) => key !== "policies",
        );
        note(
          notePod(updated, `route ${index} of pod ${podLabel(pod)} updated`, {
            generation: updated.generation,
            route: index,
            changed: keys,
          }),
        );
        return (await showRoutes(store, updated, deps, shared))[index];
      });
    },
  }),
];
