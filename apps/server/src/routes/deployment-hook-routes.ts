import { randomUUID } from "node:crypto";
import {
  createdHook,
  createHookRequest,
  type HookView,
  hookAnswer,
  hookDeliveryView,
  hookView,
} from "@agentpod/core/api/deployment-hook-view";
import type { Deployment } from "@agentpod/core/deployment";
import type { DeploymentHook } from "@agentpod/core/deployment-hook";
import { invalidInput } from "@agentpod/core/draft-issues";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { z } from "zod";
import { needs, requireIn } from "../auth/access.ts";
import { newHookSecret } from "../auth/token-secret.ts";
import { receivePush } from "../hooks/receive-push.ts";
import type { Sources } from "../sources/sources.ts";
import { count, tenantParams } from "./path-params.ts";
import { readBytes } from "./read-json.ts";
import { type Note, route } from "./route.ts";

const tag = "Deployments";
const application = tenantParams.extend({ application: name });
const one = application.extend({ hook: z.uuid() });
const base = "/tenants/{tenant}/deployments/{application}/hooks";

const mostHooks = 10;
/** A push of many commits names all their files. */
const mostBytes = 5 * 1024 * 1024;

const noteOf = ({ tenantId, tenant, name: pod, id }: DeploymentHook, message: string): Note => ({
  ...{ tenantId, tenant, pod, message },
  data: { hook: id },
});

const viewOf = ({ tenantId: _, knownHosts: _hosts, ...hook }: DeploymentHook, publicUrl: string): HookView => ({
  ...hook,
  address: new URL(`/api/v1/hooks/${hook.id}`, publicUrl).href,
});

export const deploymentHookRoutes = [
  route({
    id: "createDeploymentHook",
    method: "post",
    path: base,
    tag,
    summary: "Deploy an application when a branch of its repository is pushed; the secret is shown this once",
    access: needs("pod.write"),
    audit: "deployment.hook_created",
    params: application,
    body: createHookRequest,
    answer: { status: 201, schema: createdHook, description: "Address and secret, for whoever keeps the repository" },
    handle: ({ params, body, principal, deps, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        // What it fetches becomes a source.
        requireIn(principal, "artifact.write", tenant);
        const newest = await newestOf(store, tenant, params.application);
        const secret = newHookSecret();
        const { kind, credentials = null, knownHosts = null } = body;
        const branch = deps.sources.checkedBranch(body.branch);
        const url = repositoryOf(deps.sources, body.url, newest);
        if ((await store.deploymentHooks.list(tenant.id, params.application)).length >= mostHooks)
          throw new AppError("conflict", `${tenant.name}/${params.application} has ${mostHooks} hooks already: delete one first.`);
        const hook = await store.deploymentHooks.insert(
          {
            id: randomUUID(),
            tenantId: tenant.id,
            tenant: tenant.name,
            name: params.application,
            kind,
            url,
            branch,
            knownHosts,
            createdBy: principal.actor,
          },
          { secret, credentials },
        );
        note(noteOf(hook, `pushes to ${branch} deploy ${tenant.name}/${params.application} from now on`));
        return { ...viewOf(hook, deps.publicUrl), secret };
      }),
  }),
  route({
    id: "listDeploymentHooks",
    method: "get",
    path: base,
    tag,
    summary: "What deploys an application when it is pushed",
    access: needs("pod.read"),
    params: application,
    answer: { status: 200, schema: z.array(hookView), description: "The oldest first, without their secrets" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        const { id } = await store.tenants.get(params.tenant);
        return (await store.deploymentHooks.list(id, params.application)).map((hook) => viewOf(hook, deps.publicUrl));
      }),
  }),
  route({
    id: "deleteDeploymentHook",
    method: "delete",
    path: `${base}/{hook}`,
    tag,
    summary: "Let pushes deploy an application no longer",
    access: needs("pod.write"),
    audit: "deployment.hook_deleted",
    params: one,
    answer: { status: 204, description: "Its address and secret are worth nothing" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const { id } = await store.tenants.get(params.tenant);
        const hook = await store.deploymentHooks.get(id, params.application, params.hook);
        await store.deploymentHooks.delete(id, params.application, params.hook);
        note(noteOf(hook, `a hook of ${hook.tenant}/${hook.name} was deleted`));
      }),
  }),
  route({
    id: "listHookDeliveries",
    method: "get",
    path: `${base}/{hook}/deliveries`,
    tag,
    summary: "What a hook was told, and what came of it",
    access: needs("pod.read"),
    params: one,
    query: z.strictObject({ limit: count(1, 200).default(50) }),
    answer: { status: 200, schema: z.array(hookDeliveryView), description: "The newest first; the newest 200 are kept" },
    handle: ({ params, query, read }) =>
      read(async (store) => {
        const { id } = await store.tenants.get(params.tenant);
        const hook = await store.deploymentHooks.get(id, params.application, params.hook);
        const found = await store.deploymentHooks.deliveries(hook.id, query.limit);
        return found.map(({ hookId: _, sentAs: _sent, operationId: operation, ...delivery }) => ({ ...delivery, operation }));
      }),
  }),
  route({
    id: "deliverPush",
    method: "post",
    path: "/hooks/{hook}",
    tag,
    summary: "Tell a hook of a push, as GitHub, GitLab, Gitea or a program of one's own does",
    access: { kind: "own-token", because: "it needs a signature by the hook's own secret; wrong ones are counted by address" },
    audit: "deployment.push_received",
    params: z.object({ hook: z.string().max(100) }),
    takes: "bytes",
    answer: { status: 202, schema: hookAnswer, description: "What is done about it; what was delivered before is not done again" },
    handle: async ({ params, asked, context, deps }) =>
      receivePush(deps, {
        hook: params.hook,
        header: (header) => context.req.header(header),
        body: Buffer.from(await readBytes(context.req.raw, mostBytes)),
        client: asked.client,
      }),
  }),
];

async function newestOf(store: Store, tenant: Tenant, application: string): Promise<Deployment> {
  const [newest] = await store.deployments.list({ tenant: tenant.name, name: application }, 1);
  if (newest) return newest;
  throw new AppError(
    "not_found",
    `There is no deployment of ${tenant.name}/${application}; agentpod deployment list shows those there are.`,
  );
}

/** Of what was given, or else of where the newest deployment came from. Throws `invalid` where neither is an address. */
function repositoryOf(sources: Pick<Sources, "checkedAddress">, given: string | undefined, newest: Deployment): string {
  if (given !== undefined) return sources.checkedAddress(given);
  try {
    return sources.checkedAddress(newest.origin.split(" ")[0] ?? "");
  } catch {
    throw invalidInput([{ path: "url", expected: "the address of the repository, for the application was not deployed from one" }]);
  }
}
