import { begunDeployment, promoteRequest } from "@agentpod/core/api/deployment-view";
import { podView } from "@agentpod/core/api/pod-view";
import { type Deployment, type DeploySettings, isDeploymentEnded } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { withApplicationRestarted } from "@agentpod/core/products/code/with-application-restarted";
import { needs } from "../auth/access.ts";
import { queueDeployment } from "../deployments/queue-deployment.ts";
import { applicationRecords, servingAmong } from "./application-records.ts";
import { checkApplicationName } from "./check-application-name.ts";
import { noteDeployment } from "./note-deployment.ts";
import { tenantParams } from "./path-params.ts";
import { route } from "./route.ts";
import { viewPod } from "./show-pod.ts";
import { writeSpec } from "./write-pod.ts";

const tag = "Deployments";
const application = tenantParams.extend({ application: name });
const base = "/tenants/{tenant}/deployments/{application}";

/** Of a release: how its code is read and what it needs. Its size is its place's own. */
const codeSettings = ({ root, runtime, needs: databases }: DeploySettings): DeploySettings => ({
  ...(root !== undefined && { root }),
  ...(runtime !== undefined && { runtime }),
  ...(databases !== undefined && { needs: databases }),
});

export const deploymentReleaseRoutes = [
  route({
    id: "promoteDeployment",
    method: "post",
    path: `${base}/promote`,
    tag,
    summary: "Make what serves elsewhere, a preview mostly, the release of this application: the same code as it was built; data stays",
    access: needs("pod.write"),
    audit: "deployment.promote_asked",
    params: application,
    body: promoteRequest,
    answer: {
      status: 202,
      schema: begunDeployment,
      description: "Accepted: the record, and the operation whose steps tell how it goes on",
    },
    handle: ({ params, body, principal, change }) =>
      change(async (store, note) => {
        checkApplicationName(params.application);
        const tenant = await store.tenants.get(params.tenant);
        if (body.from === params.application)
          throw new AppError("invalid", "It is the same application: agentpod deployment rollback goes back to an earlier deployment.");
        const from = releaseOf(await applicationRecords(store, tenant, body.from), body.number);
        // A clean-up may have let go what an earlier one ran from.
        for (const digest of [from.source, from.artifact ?? from.source])
          if (!(await store.artifacts.allowed(digest, tenant.id)))
            throw new AppError("conflict", `Deployment ${from.number} is no longer kept.`);
        const serving = await store.deployments.serving(tenant.id, params.application);
        const { root: _root, runtime: _runtime, needs: _needs, ...place } = serving?.settings ?? {};
        const made = await queueDeployment(store, {
          ...{
            tenantId: tenant.id,
            tenant: tenant.name,
            name: params.application,
            action: "promote",
            target: null,
            actor: principal.actor,
          },
          ...{ source: from.source, origin: `${from.name} ${from.number} (${from.origin})`.slice(0, 500), given: {} },
          ...{ settings: { ...place, ...codeSettings(from.settings) }, artifact: from.artifact ?? from.source },
        });
        note(
          noteDeployment(
            await store.deployments.get(made.deployment.id),
            `deployment ${from.number} of ${tenant.name}/${from.name} is to serve as ${tenant.name}/${params.application}`,
          ),
        );
        return made;
      }),
  }),
  route({
    id: "restartDeployment",
    method: "post",
    path: `${base}/restart`,
    tag,
    summary: "Start what serves anew without a new release; its databases run on",
    access: needs("pod.write"),
    audit: "deployment.restarted",
    params: application,
    answer: { status: 202, schema: podView, description: "Accepted: its pod as it is to be; watch its status" },
    async handle({ params, principal, deps, change }) {
      const machine = await deps.machine();
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const records = await applicationRecords(store, tenant, params.application);
        const label = `${tenant.name}/${params.application}`;
        const serving = servingAmong(records);
        const pod = await store.pods.find(tenant.name, params.application);
        if (serving === null || pod === null || pod.id !== serving.podId)
          throw new AppError("conflict", `Nothing of ${tenant.name}/${params.application} serves: deploy it first.`);
        const open = records.find(({ state }) => !isDeploymentEnded(state));
        if (open !== undefined)
          throw new AppError(
            "conflict",
            `Deployment ${open.number} of ${label} is under way and starts it anew: wait for it, or cancel it.`,
          );
        if (pod.desired !== "running" && pod.desired !== "sleeping")
          throw new AppError("conflict", `${label} does not run: start it by agentpod pod start ${label}`);
        const writer = { store, deps, actor: principal.actor, machine };
        const written = await writeSpec(writer, tenant, pod, withApplicationRestarted(pod.spec), pod.generation);
        note(noteDeployment(serving, `the application units of ${label} are started anew`));
        return viewPod(store, written, deps);
      });
    },
  }),
];

/** Throws `conflict`, naming those that may be taken. */
function releaseOf(records: readonly Deployment[], number: number | undefined): Deployment {
  const served = records.filter(({ state }) => state === "succeeded");
  const found = number === undefined ? served[0] : served.find((each) => each.number === number);
  if (found !== undefined) return found;
  const [{ tenant = "", name: of = "" } = {}] = records;
  const known = served.map((each) => each.number).join(", ");
  throw new AppError(
    "conflict",
    known === ""
      ? `Nothing of ${tenant}/${of} serves: there is nothing to promote.`
      : `There is no deployment ${number} of ${tenant}/${of} that served; there are ${known}.`,
  );
}
