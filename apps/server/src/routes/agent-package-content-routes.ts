import { agentPackageFile, agentPackageView } from "@agentpod/core/api/agent-package-view";
import { name } from "@agentpod/core/name";
import { z } from "zod";
import { packageFiles } from "../agent-packages/package-files.ts";
import { findPackage, showPackage } from "../agent-packages/show-package.ts";
import { needs } from "../auth/access.ts";
import { count } from "./path-params.ts";
import { route } from "./route.ts";
import { tenantScope } from "./tenant-scope.ts";

const tag = "Agents";
const params = z.object({ package: name });

/** What is in agent packages, and what was. */
export const agentPackageContentRoutes = [
  route({
    id: "listAgentPackageVersions",
    method: "get",
    path: "/agent-packages/{package}/versions",
    tag,
    summary: "All versions of an agent package",
    access: needs("template.read"),
    params,
    query: z.strictObject({ tenant: name.optional() }),
    answer: { status: 200, schema: z.array(agentPackageView), description: "The newest first" },
    handle: ({ principal, params, query, read }) =>
      read(async (store) => {
        const owner = (await tenantScope(store, principal, query.tenant))?.id ?? null;
        await findPackage(store, owner, params.package);
        return (await store.templates.versions(owner, params.package)).map(showPackage);
      }),
  }),
  route({
    id: "listAgentPackageFiles",
    method: "get",
    path: "/agent-packages/{package}/files",
    tag,
    summary: "The files of an agent package: workspace, skills and knowledge",
    access: needs("template.read"),
    params,
    query: z.strictObject({ tenant: name.optional(), version: count(1, 1_000_000_000).optional() }),
    answer: { status: 200, schema: z.array(agentPackageFile), description: "By path; texts up to 64 KiB each and 1 MiB together" },
    async handle({ principal, params, query, deps, read }) {
      const shown = await read(async (store) => {
        const owner = await tenantScope(store, principal, query.tenant);
        return showPackage(await findPackage(store, owner?.id ?? null, params.package, query.version));
      });
      const { artifact } = shown.files;
      return artifact === "" ? [] : packageFiles(await deps.artifacts.open(artifact));
    },
  }),
];
