import { agentPackageView, applyAgentPackageRequest } from "@agentpod/core/api/agent-package-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { z } from "zod";
import { applyPackage, findAppliance, preparePackage } from "../agent-packages/apply-package.ts";
import { findPackage, isPackage, showPackage } from "../agent-packages/show-package.ts";
import { needs } from "../auth/access.ts";
import { artifactAccess } from "./artifact-access.ts";
import { count } from "./path-params.ts";
import { route } from "./route.ts";
import { tenantOrPlatform, tenantScope } from "./tenant-scope.ts";

const tag = "Agents";

export const agentPackageRoutes = [
  route({
    id: "listAgentPackages",
    method: "get",
    path: "/agent-packages",
    tag,
    summary: "List agent packages, newest versions",
    access: needs("template.read"),
    answer: { status: 200, schema: z.array(agentPackageView), description: "By name" },
    handle: ({ read }) => read(async (store) => (await store.templates.list()).filter(isPackage).map(showPackage)),
  }),
  route({
    id: "getAgentPackage",
    method: "get",
    path: "/agent-packages/{package}",
    tag,
    summary: "One agent package: the tenant's own before the installation's",
    access: needs("template.read"),
    params: z.object({ package: name }),
    query: z.strictObject({ tenant: name.optional(), version: count(1, 1_000_000_000).optional() }),
    answer: { status: 200, schema: agentPackageView, description: "The package" },
    handle: ({ principal, params, query, read }) =>
      read(async (store) => {
        const owner = await tenantScope(store, principal, query.tenant);
        return showPackage(await findPackage(store, owner?.id ?? null, params.package, query.version));
      }),
  }),
  route({
    id: "applyAgentPackage",
    method: "put",
    path: "/agent-packages/{package}",
    tag,
    summary: "Make the next version of an agent package; the same content again changes nothing",
    access: needs("template.write"),
    audit: "agent_package.applied",
    params: z.object({ package: name }),
    query: z.strictObject({ tenant: name.optional() }),
    body: applyAgentPackageRequest,
    answer: { status: 200, schema: agentPackageView, description: "The version that holds this content" },
    async handle({ principal, params, query, body, deps, read, change }) {
      if (body.package.name !== params.package)
        throw new AppError("invalid", "the package's name and the address differ", {
          issues: [{ path: "package.name", expected: params.package }],
        });
      const { owner, appliance } = await read(async (store) => {
        const tenant = await tenantOrPlatform(store, principal, query.tenant, "an agent package for every tenant");
        const access = await artifactAccess(store, tenant?.id ?? null, body.files);
        for (const digest of Object.values(body.files))
          if (digest !== undefined && !access(digest)) throw new AppError("not_found", `artifact ${digest} is not there; upload it first`);
        return { owner: tenant, appliance: await findAppliance(store) };
      });
      const prepared = await preparePackage(body.package, body.files, appliance, owner?.id ?? null, deps.artifacts);
      return change(async (store, note) => {
        const version = await applyPackage(store, owner?.id ?? null, prepared, principal.actor);
        note({
          tenantId: owner?.id ?? null,
          tenant: owner?.name ?? null,
          message: `agent package ${body.package.name} is at version ${version.version}`,
          data: { package: body.package.name, version: version.version },
        });
        return showPackage(version);
      });
    },
  }),
];
