import { buildCpus } from "@agentpod/core/build-cpus";
import type { Deployment } from "@agentpod/core/deployment";
import { buildBounds, buildPodName, environmentSecret } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import type { Pod } from "@agentpod/core/pod";
import { buildTask } from "@agentpod/core/products/code/build-task";
import { databaseUnits } from "@agentpod/core/products/code/render-databases";
import {
  type RenderRequest,
  renderDeployment,
  renderMigration,
  renderWithDatabases,
  withoutMigration,
} from "@agentpod/core/products/code/render-deployment";
import type { Store } from "@agentpod/core/store";
import { appliancesFor } from "./deploy-appliances.ts";
import type { DeployDeps } from "./deploy-deps.ts";
import { findPod } from "./deploy-looks.ts";
import { planOf } from "./deploy-record.ts";
import { projectOf } from "./project-of.ts";
import { environmentValues, type Writing, writeApplication } from "./write-application.ts";

/** A pod's row, and the generation that was written. */
export type Written = { pod: string; generation: number; units: string[] };

interface Scene {
  deployment: Deployment;
  pod: Pod | null;
  writing: Writing;
}

async function sceneOf(store: Store, deps: DeployDeps, id: string, actor: string): Promise<Scene> {
  const deployment = await store.deployments.get(id);
  const pod = deployment.podId === null ? null : await findPod(store, deployment.podId);
  if (pod?.desired === "deleted") throw new AppError("conflict", "The pod was deleted in the meantime.");
  return { deployment, pod, writing: { store, deps, actor, tenant: deployment.tenant, name: deployment.name } };
}

async function renderingOf(
  store: Store,
  deps: DeployDeps,
  { deployment, pod }: Scene,
): Promise<Omit<RenderRequest, "artifact" | "contexts">> {
  const plan = planOf(deployment, pod, deps);
  const present = withoutMigration(pod?.spec ?? null);
  const project = pod === null ? await projectOf(store, deployment) : null;
  const appliances = await appliancesFor(store, plan);
  return { plan, appliances, environment: deployment.environment, present, like: project?.pod?.spec ?? null };
}

const written = (pod: Pod): Written => ({ pod: pod.id, generation: pod.generation, units: pod.spec.units.map(({ name }) => name) });

/** Databases that are not there yet, beside what runs; null where all are. */
export async function writeDatabases(store: Store, deps: DeployDeps, id: string, actor: string): Promise<Written | null> {
  const scene = await sceneOf(store, deps, id, actor);
  const spec = renderWithDatabases(await renderingOf(store, deps, scene));
  if (spec === null) return null;
  const pod = await writeApplication(scene.writing, scene.pod, spec, {});
  await store.deployments.update(id, { podId: pod.id });
  return { ...written(pod), units: spec.units.map(({ name }) => name).filter((name) => Object.values(databaseUnits).includes(name)) };
}

/** The pod that builds the code, as its next generation. */
export async function writeBuild(store: Store, deps: DeployDeps, id: string, actor: string): Promise<Written> {
  const { deployment, pod, writing } = await sceneOf(store, deps, id, actor);
  const { runtime, analysis, settings } = planOf(deployment, pod, deps);
  const appliances = await appliancesFor(store, planOf(deployment, pod, deps));
  const image = appliances.runtime?.unit.image;
  if (runtime === null || image === undefined) throw new AppError("internal", "There is nothing to build with.");
  const spec = buildTask({
    ...{ image, runtime, source: deployment.source, root: analysis.root, manager: analysis.packageManager },
    ...{ install: analysis.install, build: analysis.build },
    env: Object.fromEntries(
      Object.entries(deployment.environment).map(([name, version]) => [name, `{{ secrets.${environmentSecret(name, version)} }}`]),
    ),
    limits: { cpus: buildCpus(deps.cores), memoryMb: buildBounds(settings).memoryMb, seconds: buildBounds(settings).minutes * 60 },
  });
  const present = deployment.buildPodId === null ? null : await findPod(store, deployment.buildPodId);
  const values = await environmentValues(store, deployment, deployment.podId);
  const builder = { ...writing, name: buildPodName(deployment.name) };
  const made = await writeApplication(builder, present, spec, values);
  // The same again is no other instance by itself.
  const isSame = present !== null && canonicalJson(present.spec) === canonicalJson(made.spec);
  const building = isSame ? await store.pods.restart(made.id) : made;
  await store.deployments.update(id, { buildPodId: building.id });
  return written(building);
}

/** One unit more, which migrates; null where there is nothing to migrate. */
export async function writeMigration(store: Store, deps: DeployDeps, id: string, actor: string, artifact: string): Promise<Written | null> {
  const scene = await sceneOf(store, deps, id, actor);
  const rendering = await renderingOf(store, deps, scene);
  const spec = renderMigration({ ...rendering, artifact, contexts: {} });
  if (spec === null) return null;
  const values = await environmentValues(store, scene.deployment, scene.pod?.id ?? null);
  const pod = await writeApplication(scene.writing, scene.pod, spec, values);
  await store.deployments.update(id, { podId: pod.id });
  return { ...written(pod), units: ["migrate"] };
}

/** The application itself: from here on it is the reconciler's to bring it up beside what serves, and to switch. */
export async function writeRelease(
  store: Store,
  deps: DeployDeps,
  id: string,
  actor: string,
  made: { artifact: string; contexts: Record<string, string> },
): Promise<Written> {
  const scene = await sceneOf(store, deps, id, actor);
  const spec = renderDeployment({ ...(await renderingOf(store, deps, scene)), ...made });
  const values = await environmentValues(store, scene.deployment, scene.pod?.id ?? null);
  const pod = await writeApplication(scene.writing, scene.pod, spec, values);
  await store.deployments.update(id, { podId: pod.id, generation: pod.generation });
  return written(pod);
}

/** An earlier release's code and configuration, with the databases, routes and data that are there now. */
export async function writeRollback(store: Store, deps: DeployDeps, id: string, actor: string): Promise<Written> {
  const { deployment, pod, writing } = await sceneOf(store, deps, id, actor);
  if (pod === null) throw new AppError("conflict", "The pod was deleted in the meantime.");
  const target = await store.deployments.getNumber(deployment.tenant, deployment.name, deployment.target ?? 0);
  const revision = (await store.pods.revisions(pod.id)).find(({ generation }) => generation === target.generation);
  if (revision === undefined) throw new AppError("conflict", `Deployment ${target.number} is no longer kept.`);
  const databases = Object.values(databaseUnits);
  const present = withoutMigration(pod.spec) ?? pod.spec;
  const kept = present.units.filter(({ name }) => databases.includes(name));
  const units = [...revision.spec.units.filter(({ name }) => !kept.some((one) => one.name === name)), ...kept];
  const routes = present.routes.filter((route) => units.some(({ name }) => name === route.unit));
  const made = await writeApplication(writing, pod, { ...present, units, routes: routes.length > 0 ? routes : revision.spec.routes }, {});
  await store.deployments.update(id, { generation: made.generation });
  return written(made);
}
