import type { Deployment } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import type { Pod } from "@agentpod/core/pod";
import type { Analysis } from "@agentpod/core/products/code/analysis";
import { type DeployPlan, planDeployment } from "@agentpod/core/products/code/deploy-plan";
import { databasesOf, databaseUnits } from "@agentpod/core/products/code/render-databases";
import { withoutMigration } from "@agentpod/core/products/code/render-deployment";
import type { Store } from "@agentpod/core/store";
import type { DeployDeps } from "./deploy-deps.ts";
import { findPod } from "./deploy-looks.ts";
import { projectOf } from "./project-of.ts";

/** What the steps that follow decide by. */
export type Recorded = {
  /** The pod that is there; null: it is made. */
  pod: string | null;
  /** The generation that serves, to go back to; null: there is none, and what is made goes again. */
  before: number | null;
  buildPod: string | null;
  kind: DeployPlan["kind"];
  isBuilt: boolean;
  migrates: boolean;
  /** Units of databases that are waited for. */
  databases: string[];
  contexts: string[];
  /** Of a site: the folder that is served, from the top. */
  output: string | null;
  /** What was built of the same code in the same way; null: it has to be built. */
  artifact: string | null;
  /** The project's pod, whose data a preview's database begins with; null: with nothing, or it has its own already. */
  copyFrom: string | null;
};

/** The pod of an application and what serves. Throws `conflict` where a pod that nobody deployed has its name. */
async function presentOf(
  store: Store,
  deployment: Deployment,
): Promise<{ pod: Pod | null; serving: Deployment | null; buildPod: string | null }> {
  const { tenant, tenantId, name } = deployment;
  const records = await store.deployments.list({ tenant, name }, 500);
  const pod = await store.pods.find(tenant, name);
  if (pod !== null && !records.some(({ podId }) => podId === pod.id))
    throw new AppError(
      "conflict",
      `There is a pod ${tenant}/${name} that was not deployed: deploy under another name, or delete it first.`,
    );
  if (pod?.desired === "deleted") throw new AppError("unavailable", `Pod ${tenant}/${name} is still being deleted.`);
  const built = records.find(({ buildPodId }) => buildPodId !== null)?.buildPodId ?? null;
  const buildPod = built === null ? null : await findPod(store, built);
  return {
    pod,
    serving: pod === null ? null : await store.deployments.serving(tenantId, name),
    buildPod: buildPod === null || buildPod.desired === "deleted" ? null : buildPod.id,
  };
}

/** The generation of the pod's newest spec. */
async function newestSpec(store: Store, pod: Pod): Promise<number> {
  return Math.max(...(await store.pods.revisions(pod.id)).map(({ generation }) => generation));
}

/** Writes down what is deployed, and says what has to be done for it. Throws `invalid` for what is not supported. */
export async function recordDeployment(store: Store, deps: DeployDeps, id: string, analysis: Analysis): Promise<Recorded> {
  const deployment = await store.deployments.get(id);
  const { pod, serving, buildPod } = await presentOf(store, deployment);
  const project = pod === null || serving === null ? await projectOf(store, deployment) : null;
  if (project !== null) await store.deployments.give(id, { ...project.values, ...(await store.deployments.given(id)) });
  const given = await store.deployments.given(id);
  const environment: Record<string, number> = { ...serving?.environment };
  for (const [name, value] of Object.entries(given)) {
    if (value === null) delete environment[name];
    else environment[name] = deployment.number;
  }
  const isChanged = Object.keys(given).length > 0;
  await store.deployments.update(id, {
    analysis,
    environment,
    environmentVersion: isChanged ? deployment.number : (serving?.environmentVersion ?? 0),
    podId: pod?.id ?? null,
    buildPodId: buildPod,
  });
  const recorded = { ...deployment, analysis, environment };
  const plan = planOf(recorded, pod, deps);
  const isSame =
    deployment.action === "deploy" &&
    serving?.artifact != null &&
    serving.source === deployment.source &&
    canonicalJson([serving.environment, serving.settings, serving.analysis]) ===
      canonicalJson([environment, deployment.settings, analysis]);
  // Of what is taken from elsewhere it was said when it was asked for.
  const present = isSame ? serving.artifact : deployment.artifact;
  if (isSame) await store.deployments.update(id, { artifact: present });
  return {
    pod: pod?.id ?? null,
    before: pod === null || serving === null ? null : await newestSpec(store, pod),
    buildPod,
    kind: plan.kind,
    isBuilt: plan.isBuilt,
    migrates: plan.kind === "program" && analysis.migrations !== null,
    databases: plan.needs.map((need) => databaseUnits[need]),
    contexts: plan.contexts,
    output: plan.kind === "site" ? [analysis.root, analysis.output ?? "."].filter((part) => part !== "").join("/") : null,
    artifact: present,
    copyFrom: project?.preview.database === "copy" ? project.copyFrom() : null,
  };
}

/** Writes down what is gone back to. Throws `conflict` where there is nothing to go back to. */
export async function recordRollback(store: Store, id: string): Promise<Recorded> {
  const deployment = await store.deployments.get(id);
  const { pod, serving, buildPod } = await presentOf(store, deployment);
  const target = await store.deployments.getNumber(deployment.tenant, deployment.name, deployment.target ?? 0);
  if (pod === null || serving === null || target.generation === null || target.podId !== pod.id || target.state !== "succeeded")
    throw new AppError("conflict", `Deployment ${target.number} cannot be gone back to: it never served, or its pod is gone.`);
  const { artifact, environment, environmentVersion, analysis } = target;
  await store.deployments.update(id, { artifact, environment, environmentVersion, analysis, podId: pod.id, buildPodId: buildPod });
  return {
    ...{ pod: pod.id, before: await newestSpec(store, pod), buildPod, kind: "program", isBuilt: false, migrates: false },
    ...{ databases: [], contexts: [], output: null, artifact, copyFrom: null },
  };
}

/** What has to be done with a deployment that was recorded. */
export function planOf(
  deployment: Pick<Deployment, "analysis" | "settings" | "environment">,
  pod: Pod | null,
  deps: Pick<DeployDeps, "runtime">,
): DeployPlan {
  const { analysis, settings, environment } = deployment;
  if (analysis === null) throw new AppError("internal", "The deployment was not analysed.");
  return planDeployment(analysis, settings, {
    given: Object.keys(environment),
    kept: databasesOf(withoutMigration(pod?.spec ?? null)),
    can: deps.runtime.can,
  });
}
