import { extendPreviewRequest, previewView } from "@agentpod/core/api/preview-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Preview } from "@agentpod/core/preview";
import type { Store } from "@agentpod/core/store";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { tenantParams } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Deployments";
const base = "/tenants/{tenant}/previews";
const one = tenantParams.extend({ preview: name });

async function viewOf(store: Store, { tenantId: _id, endedBy, ...preview }: Preview): Promise<z.infer<typeof previewView>> {
  const records = await store.deployments.list({ tenant: preview.tenant, name: preview.name }, 20);
  const serving = records.find(({ state }) => state === "succeeded");
  return { ...preview, ending: endedBy !== null, state: records[0]?.state ?? null, url: serving?.url ?? null };
}

export const previewRoutes = [
  route({
    id: "listPreviews",
    method: "get",
    path: base,
    tag,
    summary: "Previews: applications beside a project's, each with a URL and a database of its own, for a while",
    access: needs("pod.read"),
    params: tenantParams,
    query: z.strictObject({ project: name.optional() }),
    answer: { status: 200, schema: z.array(previewView), description: "By name" },
    handle: ({ params, query, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        const found = await store.previews.list({
          tenant: params.tenant,
          ...(query.project !== undefined && { project: query.project }),
        });
        const views: z.infer<typeof previewView>[] = [];
        for (const preview of found) views.push(await viewOf(store, preview));
        return views;
      }),
  }),
  route({
    id: "extendPreview",
    method: "post",
    path: `${base}/{preview}/extend`,
    tag,
    summary: "Begin a preview's time anew; its application's name says which",
    access: needs("pod.write"),
    audit: "deployment.preview_extended",
    params: one,
    body: extendPreviewRequest,
    answer: { status: 200, schema: previewView, description: "The preview" },
    handle: ({ params, body, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const label = `${tenant.name}/${params.preview}`;
        const present = await store.previews.find(tenant.id, params.preview);
        if (present === null)
          throw new AppError("not_found", `There is no preview ${label}; agentpod deployment list --previews shows those there are.`);
        if (present.endedBy !== null) throw new AppError("conflict", `${label} is being taken away: deploy it again when it is gone.`);
        const preview = (await store.previews.extend(tenant.id, params.preview, body.ttlSeconds ?? present.ttlSeconds)) ?? present;
        note({
          ...{ tenantId: tenant.id, tenant: tenant.name, pod: preview.name },
          message: `preview ${label} stays until ${preview.expiresAt}`,
          data: { expiresAt: preview.expiresAt },
        });
        return viewOf(store, preview);
      }),
  }),
];
