import { templateView } from "@agentpod/core/api/template-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { type MadeTemplateVersion, templateSpec } from "@agentpod/core/template";
import { checkTemplate } from "@agentpod/core/template-check";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { checkTemplateArtifacts } from "./artifact-access.ts";
import { hidePasswords } from "./basic-auth-users.ts";
import { findTemplate } from "./find-template.ts";
import { count } from "./path-params.ts";
import { route } from "./route.ts";
import { tenantOrPlatform, tenantScope } from "./tenant-scope.ts";

const tag = "Templates";

const showTemplate = ({ template, actor: _, ...version }: MadeTemplateVersion) => ({
  ...version,
  name: template.name,
  template: { ...template, spec: hidePasswords(template.spec) },
});

export const templateRoutes = [
  route({
    id: "listTemplates",
    method: "get",
    path: "/templates",
    tag,
    summary: "List templates, newest versions",
    access: needs("template.read"),
    answer: { status: 200, schema: z.array(templateView), description: "By name" },
    handle: ({ read }) => read(async (store) => (await store.templates.list()).map(showTemplate)),
  }),
  route({
    id: "getTemplate",
    method: "get",
    path: "/templates/{template}",
    tag,
    summary: "One template: the tenant's own before the installation's",
    access: needs("template.read"),
    params: z.object({ template: name }),
    query: z.strictObject({ tenant: name.optional(), version: count(1, 1_000_000_000).optional() }),
    answer: { status: 200, schema: templateView, description: "The template" },
    handle: ({ principal, params, query, read }) =>
      read(async (store) => {
        const owner = await tenantScope(store, principal, query.tenant);
        return showTemplate(await findTemplate(store, owner?.id ?? null, params.template, query.version));
      }),
  }),
  route({
    id: "applyTemplate",
    method: "put",
    path: "/templates/{template}",
    tag,
    summary: "Make the next version of a template; the same content again changes nothing",
    access: needs("template.write"),
    audit: "template.applied",
    params: z.object({ template: name }),
    query: z.strictObject({ tenant: name.optional() }),
    body: templateSpec,
    answer: { status: 200, schema: templateView, description: "The version that holds this content" },
    handle: ({ principal, params, query, body, change }) =>
      change(async (store, note) => {
        if (body.name !== params.template) {
          throw new AppError("invalid", "the template's name and the address differ", {
            issues: [{ path: "name", expected: params.template }],
          });
        }
        const owner = await tenantOrPlatform(store, principal, query.tenant, "a template for every tenant");
        await checkTemplateArtifacts(store, owner?.id ?? null, checkTemplate(body));
        const version = await store.templates.apply(owner?.id ?? null, body, principal.actor);
        note({
          tenantId: owner?.id ?? null,
          tenant: owner?.name ?? null,
          message: `template ${body.name} is at version ${version.version}`,
          data: { template: body.name, version: version.version },
        });
        return showTemplate(version);
      }),
  }),
];
