import { createGuestPodRequest, guestPodView, guestTemplateView } from "@agentpod/core/api/guest-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { podLabel } from "@agentpod/core/pod";
import { z } from "zod";
import { asGuest, guestLimit, guestPolicy, isGuestName, newGuestName, showGuestPod } from "../users/guests.ts";
import { countAttempt } from "../users/limited.ts";
import { checkSite } from "../users/login.ts";
import { notePod } from "./note-pod.ts";
import { route } from "./route.ts";
import { createPod } from "./write-pod.ts";

const tag = "Guests";

export const guestRoutes = [
  route({
    id: "listGuestTemplates",
    method: "get",
    path: "/guest/templates",
    tag,
    summary: "What visitors without a login may deploy",
    access: { kind: "public", because: "an admin has named these for everybody; nothing unless one has" },
    answer: { status: 200, schema: z.array(guestTemplateView), description: "The named templates" },
    async handle({ deps }) {
      const policy = await guestPolicy(deps);
      return asGuest(deps, policy, async (store) =>
        (await store.templates.list())
          .filter(({ tenantId, template }) => tenantId === null && policy.templates.includes(template.name))
          .map(({ template }) => ({
            name: template.name,
            title: template.title,
            description: template.description,
            inputs: template.inputs,
          })),
      );
    },
  }),
  route({
    id: "createGuestPod",
    method: "post",
    path: "/guest/pods",
    tag,
    summary: "Deploy a public template as a visitor; it ends by itself",
    access: { kind: "public", because: "an admin allows it, into one tenant with a quota; counted by address, and what is made ends" },
    audit: "pod.created",
    body: createGuestPodRequest,
    answer: { status: 202, schema: guestPodView, description: "Accepted; keep its name" },
    async handle(call) {
      const { deps, asked, body } = call;
      checkSite(call);
      const policy = await guestPolicy(deps);
      if (!policy.templates.includes(body.template))
        throw new AppError("forbidden", `visitors may deploy ${policy.templates.join(", ")}, not ${body.template}`);
      await countAttempt(deps.database, [guestLimit(asked.client, policy)]);
      const machine = await deps.machine();
      return asGuest(deps, policy, async (store, tenant) => {
        const writer = { store, deps, actor: "guest", machine, longestLifeSeconds: policy.ttlSeconds };
        const pod = await createPod(writer, tenant, { name: newGuestName(), template: body.template, inputs: body.inputs });
        const { tenantId, ...note } = notePod(pod, `pod ${podLabel(pod)} created by a guest`, { template: pod.template });
        await store.events.append({
          pod: null,
          podId: null,
          data: {},
          ...note,
          tenantId,
          type: "pod.created",
          actor: "guest",
          source: asked.client,
          result: "ok",
        });
        return showGuestPod(store, pod, deps, policy);
      });
    },
  }),
  route({
    id: "getGuestPod",
    method: "get",
    path: "/guest/pods/{pod}",
    tag,
    summary: "How a visitor's pod does",
    access: { kind: "public", because: "its name was told to who made it alone, and is too long to guess" },
    params: z.object({ pod: name }),
    answer: { status: 200, schema: guestPodView, description: "Its phase and addresses" },
    async handle({ deps, params }) {
      const policy = await guestPolicy(deps);
      return asGuest(deps, policy, async (store, tenant) => {
        // The tenant may hold pods of its members, too.
        if (!isGuestName(params.pod)) throw new AppError("not_found", `there is no pod ${params.pod}`);
        return showGuestPod(store, await store.pods.get(tenant.name, params.pod), deps, policy);
      });
    },
  }),
];
