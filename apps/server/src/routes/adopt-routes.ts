import { adoptRequest, foreignContainerView } from "@agentpod/core/api/adopt-view";
import { podView } from "@agentpod/core/api/pod-view";
import { AppError } from "@agentpod/core/errors";
import { podLabel } from "@agentpod/core/pod";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { adoptContainer, foreignView, foundContainer } from "./adopt-container.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { viewPod } from "./show-pod.ts";

const tag = "Adoption";
const path = "/tenants/{tenant}/pods/{pod}";
const access = needs("platform.adopt");

export const adoptRoutes = [
  route({
    id: "listForeignContainers",
    method: "get",
    path: "/containers",
    tag,
    summary: "Containers that AgentPod did not make, and what adopting each would mean",
    access,
    rows: "system",
    answer: { status: 200, schema: z.array(foreignContainerView), description: "By name" },
    async handle({ deps, read }) {
      const [found, adopted, installation] = await Promise.all([
        deps.runtime.foreign(null),
        read((store) => store.adoptions.list()),
        read((store) => store.settings.installation()),
      ]);
      const known = new Set(adopted.map((unit) => unit.containerId));
      return found.filter(({ id }) => !known.has(id)).map((container) => foreignView(container, installation));
    },
  }),
  route({
    id: "adoptContainer",
    method: "post",
    path: `${path}/adopt`,
    tag,
    summary: "Take over a container that runs, without a restart: it becomes this pod",
    access,
    audit: "pod.adopted",
    params: podParams,
    body: adoptRequest,
    answer: { status: 202, schema: podView, description: "Accepted: the pod as it is to be; watch its status" },
    async handle({ principal, params, body, deps, change }) {
      const container = await foundContainer(deps, body);
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const pod = await adoptContainer({ store, deps, actor: principal.actor, machine: null }, tenant, params.pod, container, body);
        note(
          notePod(pod, `container ${container.name} is to become pod ${podLabel(pod)}`, {
            container: container.id,
            image: container.image,
            volumes: container.volumes.map(({ name }) => name),
            folders: container.folders.map(({ source }) => source),
            dangerous: body.dangerous,
          }),
        );
        return viewPod(store, pod, deps);
      });
    },
  }),
  route({
    id: "releaseContainer",
    method: "post",
    path: `${path}/release`,
    tag,
    summary: "Give an adopted container back as it was found; it runs on, and the pod goes",
    access,
    audit: "pod.released",
    params: podParams,
    answer: { status: 202, schema: podView, description: "Accepted: the pod as it is to be; it is gone once the container is free" },
    handle: ({ params, deps, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const adopted = await store.adoptions.find(pod.id);
        if (!adopted) throw new AppError("invalid", `pod ${podLabel(pod)} was not adopted: there is nothing to give back`);
        if (pod.status.conditions.some(({ reason }) => reason === "MadeAnew"))
          throw new AppError(
            "conflict",
            `pod ${podLabel(pod)} was made anew in place of container ${adopted.found.name}, which is gone; delete the pod and keep its data instead`,
          );
        const marked = pod.desired === "deleted" ? pod : await store.pods.setDesired(pod.id, "deleted", true);
        await store.adoptions.markReleasing(pod.id);
        note(
          notePod(marked, `container ${adopted.found.name} of pod ${podLabel(pod)} is to be given back`, {
            container: adopted.containerId,
          }),
        );
        return viewPod(store, marked, deps);
      }),
  }),
];
