import { gitRemoteView } from "@agentpod/core/api/git-remote-view";
import { name } from "@agentpod/core/name";
import { needs } from "../auth/access.ts";
import { remoteUrl } from "../git-remote/remote-url.ts";
import { checkApplicationName } from "./check-application-name.ts";
import { tenantParams } from "./path-params.ts";
import { route } from "./route.ts";

export const deploymentRemoteRoutes = [
  route({
    id: "getDeploymentRemote",
    method: "get",
    path: "/tenants/{tenant}/deployments/{application}/remote",
    tag: "Deployments",
    summary: "Where git push deploys an application, which need not be there yet; its password is an API token",
    access: needs("pod.read"),
    params: tenantParams.extend({ application: name }),
    answer: { status: 200, schema: gitRemoteView, description: "Address, branch, and what was last pushed" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        checkApplicationName(params.application);
        const tenant = await store.tenants.get(params.tenant);
        const taken = await store.gitRemotes.find(tenant.id, params.application);
        const { branch = null, commit = null, pushedAt = null } = taken ?? {};
        return { url: remoteUrl(deps.publicUrl, tenant.name, params.application), branch, commit, pushedAt };
      }),
  }),
];
