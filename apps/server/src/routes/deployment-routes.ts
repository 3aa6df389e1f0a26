import {
  begunDeployment,
  deploymentLog,
  deploymentSummary,
  deploymentView,
  deployRequest,
  redeployRequest,
  rollbackRequest,
} from "@agentpod/core/api/deployment-view";
import { operationView } from "@agentpod/core/api/operation-view";
import { type Deployment, isDeploymentEnded } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { previewName } from "@agentpod/core/preview";
import { relevantLines } from "@agentpod/core/products/code/relevant-lines";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { requireCopyable } from "../databases/require-copyable.ts";
import { askPreview } from "../deployments/ask-preview.ts";
import { destroyKind } from "../deployments/destroy-workflow.ts";
import { queueDeployment, summaryOf, viewOf } from "../deployments/queue-deployment.ts";
import { stillKept } from "../deployments/still-kept.ts";
import { queueOperation } from "../workflows/queue-operation.ts";
import { applicationRecords, servingAmong } from "./application-records.ts";
import { checkApplicationName } from "./check-application-name.ts";
import { noteDeployment } from "./note-deployment.ts";
import { count, tenantParams } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Deployments";
const application = tenantParams.extend({ application: name });
const one = application.extend({ number: count(1, 999_999_999) });
const base = "/tenants/{tenant}/deployments";
const begun = {
  status: 202,
  schema: begunDeployment,
  description: "Accepted: the record, and the operation whose steps tell how it goes on",
} as const;

export const deploymentRoutes = [
  route({
    id: "listDeployments",
    method: "get",
    path: base,
    tag,
    summary: "Deployments of a tenant's applications",
    access: needs("pod.read"),
    params: tenantParams,
    query: z.strictObject({ name: name.optional(), limit: count(1, 1000).default(100) }),
    answer: { status: 200, schema: z.array(deploymentSummary), description: "The newest first" },
    handle: ({ params, query, read }) =>
      read(async (store) => {
        const { id } = await store.tenants.get(params.tenant);
        const found = await store.deployments.list(
          { tenant: params.tenant, ...(query.name !== undefined && { name: query.name }) },
          query.limit,
        );
        const serving = new Map<string, string | null>();
        for (const each of new Set(found.map((deployment) => deployment.name)))
          serving.set(each, (await store.deployments.serving(id, each))?.id ?? null);
        return found.map((deployment) => summaryOf(deployment, serving.get(deployment.name) ?? null));
      }),
  }),
  route({
    id: "deploy",
    method: "post",
    path: `${base}/{application}`,
    tag,
    summary:
      "Deploy a source: databases, build, start beside what serves, switch; a newer one takes the place of one that waits; as a preview beside it",
    access: needs("pod.write"),
    audit: "deployment.asked",
    params: application,
    body: deployRequest,
    answer: begun,
    async handle({ params, body, principal, deps, read, change }) {
      const { preview: asked } = body;
      if (asked?.database === "copy") {
        // Not yet asked for, or begun and not yet copied.
        const project = await read(async (store) => {
          const tenant = await store.tenants.get(params.tenant);
          const present = await store.previews.find(tenant.id, previewName(params.application, asked.name).name);
          const serves = (await store.deployments.serving(tenant.id, params.application)) !== null;
          return serves && !present?.copiedAt ? store.pods.get(params.tenant, params.application) : null;
        });
        if (project !== null) await requireCopyable(deps, project);
      }
      return change(async (store, note) => {
        checkApplicationName(params.application);
        const tenant = await store.tenants.get(params.tenant);
        if (!(await store.artifacts.allowed(body.source, tenant.id)))
          throw new AppError("not_found", `artifact ${body.source} is not there; upload it first`);
        const { source, origin, environment: given, preview } = body;
        const { application: of, base: serving } =
          preview === undefined
            ? { application: params.application, base: await store.deployments.serving(tenant.id, params.application) }
            : await askPreview(store, {
                preview,
                project: params.application,
                tenant,
                actor: principal.actor,
                ttlSeconds: deps.previewTtlSeconds,
              });
        const made = await queueDeployment(store, {
          ...{ tenantId: tenant.id, tenant: tenant.name, name: of, action: "deploy", target: null, actor: principal.actor },
          ...{ source, origin, given, settings: { ...serving?.settings, ...body.settings } },
        });
        note(
          noteDeployment(
            await store.deployments.get(made.deployment.id),
            `deployment ${made.deployment.number} of ${tenant.name}/${of} was asked for`,
          ),
        );
        return made;
      });
    },
  }),
  route({
    id: "redeploy",
    method: "post",
    path: `${base}/{application}/redeploy`,
    tag,
    summary: "Deploy the code that serves once more, with other configuration where some is given",
    access: needs("pod.write"),
    audit: "deployment.asked",
    params: application,
    body: redeployRequest,
    answer: begun,
    handle: ({ params, body, principal, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const serving = servingAmong(await applicationRecords(store, tenant, params.application));
        if (serving === null) throw new AppError("conflict", `Nothing of ${tenant.name}/${params.application} serves: deploy it first.`);
        const made = await queueDeployment(store, {
          ...{ tenantId: tenant.id, tenant: tenant.name, name: params.application, action: "deploy", target: null, actor: principal.actor },
          ...{
            source: serving.source,
            origin: serving.origin,
            given: body.environment,
            settings: { ...serving.settings, ...body.settings },
          },
        });
        note(
          noteDeployment(
            await store.deployments.get(made.deployment.id),
            `deployment ${made.deployment.number} of ${tenant.name}/${params.application} was asked for`,
          ),
        );
        return made;
      }),
  }),
  route({
    id: "rollBackDeployment",
    method: "post",
    path: `${base}/{application}/rollback`,
    tag,
    summary: "Go back to an earlier deployment, code and configuration together; what migrations did to data is not undone",
    access: needs("pod.write"),
    audit: "deployment.rollback_asked",
    params: application,
    body: rollbackRequest,
    answer: begun,
    handle: ({ params, body, principal, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const records = await applicationRecords(store, tenant, params.application);
        const serving = servingAmong(records);
        const target = targetOf(await stillKept(store, records, serving), serving, body.number);
        const { source, origin, settings } = target;
        const made = await queueDeployment(store, {
          ...{ tenantId: tenant.id, tenant: tenant.name, name: params.application, action: "rollback", actor: principal.actor },
          ...{ target: target.number, source, origin, settings, given: {} },
        });
        note(
          noteDeployment(
            await store.deployments.get(made.deployment.id),
            `a rollback of ${tenant.name}/${params.application} to deployment ${target.number} was asked for`,
          ),
        );
        return made;
      }),
  }),
  route({
    id: "getDeployment",
    method: "get",
    path: `${base}/{application}/{number}`,
    tag,
    summary: "One deployment: what was found, what was built, names of its variables",
    access: needs("pod.read"),
    params: one,
    answer: { status: 200, schema: deploymentView, description: "The deployment" },
    handle: ({ params, read }) =>
      read(async (store) => {
        const { id } = await store.tenants.get(params.tenant);
        const found = await store.deployments.getNumber(params.tenant, params.application, params.number);
        return viewOf(found, (await store.deployments.serving(id, params.application))?.id ?? null);
      }),
  }),
  route({
    id: "getDeploymentLog",
    method: "get",
    path: `${base}/{application}/{number}/log`,
    tag,
    summary: "The log of a deployment's build, and of what failed; values of secrets are taken out",
    access: needs("pod.logs"),
    params: one,
    answer: { status: 200, schema: deploymentLog, description: "The last lines; a build that runs is followed as the log of its pod" },
    handle: ({ params, read }) =>
      read(async (store) => {
        const { id, state, step } = await store.deployments.getNumber(params.tenant, params.application, params.number);
        const log = await store.deployments.log(id);
        return { log, relevant: ["failed", "cancelled"].includes(state) ? relevantLines(log, step) : [] };
      }),
  }),
  route({
    id: "cancelDeployment",
    method: "post",
    path: `${base}/{application}/{number}/cancel`,
    tag,
    summary: "End a deployment that is under way: what served before serves on, and nothing else of it stays",
    access: needs("pod.write"),
    audit: "deployment.cancel_asked",
    params: one,
    answer: { status: 202, schema: operationView, description: "Accepted: watch its state" },
    handle: ({ params, principal, change }) =>
      change(async (store, note) => {
        const found = await store.deployments.getNumber(params.tenant, params.application, params.number);
        if (isDeploymentEnded(found.state) || found.operationId === null)
          throw new AppError("conflict", `Deployment ${found.number} has ended: ${found.state}.`);
        await store.operations.cancel(found.operationId, principal.actor);
        note(noteDeployment(found, `the end of deployment ${found.number} of ${found.tenant}/${found.name} was asked for`));
        return { ...(await store.operations.get(found.operationId)), steps: await store.operations.steps(found.operationId) };
      }),
  }),
  route({
    id: "destroyDeployment",
    method: "delete",
    path: `${base}/{application}`,
    tag,
    summary: "Take an application away with its databases, their data, routes, secrets and records",
    access: needs("pod.delete"),
    audit: "deployment.destroy_asked",
    params: application,
    answer: { status: 202, schema: operationView, description: "Accepted: watch its state" },
    handle: ({ params, principal, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const [newest] = await applicationRecords(store, tenant, params.application);
        const input = { tenant: tenant.name, tenantId: tenant.id, name: params.application };
        const operation = await queueOperation(store, destroyKind, { input, tenant, pods: [], actor: principal.actor });
        await store.previews.setEndedBy(tenant.id, params.application, operation.id);
        if (newest) note(noteDeployment(newest, `the end of ${tenant.name}/${params.application} with all its data was asked for`));
        return { ...operation, steps: [] };
      }),
  }),
];

function targetOf(records: readonly Deployment[], serving: Deployment | null, number: number | undefined): Deployment {
  if (serving === null) throw new AppError("conflict", "Nothing serves: there is nothing to go back from.");
  const succeeded = records.filter((each) => each.state === "succeeded" && each.podId === serving.podId && each.id !== serving.id);
  // What serves after a rollback is what was gone back to.
  const present = serving.target ?? serving.number;
  const found =
    number === undefined
      ? succeeded.find((each) => each.action !== "rollback" && each.number < present)
      : succeeded.find((each) => each.number === number && number !== present);
  if (found) return found;
  const known = succeeded.map((each) => each.number).join(", ");
  throw new AppError(
    "conflict",
    known === ""
      ? "There is no earlier deployment that served."
      : `There is no such earlier deployment; those that served and are kept: ${known}.`,
  );
}
