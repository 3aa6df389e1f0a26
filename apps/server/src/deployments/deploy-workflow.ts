import { buildBounds, type Deployment, deploymentActions } from "@agentpod/core/deployment";
import type { Json } from "@agentpod/core/operation";
import type { Analysis } from "@agentpod/core/products/code/analysis";
import { wasCutShort } from "@agentpod/core/products/code/was-cut-short";
import { whyBuildFailed } from "@agentpod/core/products/code/why-build-failed";
import { whyUnitEnded } from "@agentpod/core/products/code/why-unit-ended";
import { z } from "zod";
import { takeBuild } from "../builds/take-build.ts";
import { copyDatabase } from "../databases/copy-database.ts";
import { OperationCancelled, type Run, StepFailed, type Workflow, type WorkflowEnd } from "../workflows/workflow.ts";
import { cleanUp } from "./clean-up.ts";
import { deployAdvice } from "./deploy-advice.ts";
import { appliancesFor } from "./deploy-appliances.ts";
import type { DeployDeps } from "./deploy-deps.ts";
import { lookForPod, type PodEnd } from "./deploy-looks.ts";
import { planOf, type Recorded, recordDeployment, recordRollback } from "./deploy-record.ts";
import { type Written, writeBuild, writeDatabases, writeMigration, writeRelease, writeRollback } from "./deploy-writes.ts";
import { deploymentEvent } from "./deployment-event.ts";
import { buildHeading, keepLog } from "./keep-log.ts";
import { folderArtifact, siteArtifact } from "./lay-out.ts";
import { listensWhere } from "./listens-where.ts";
import { lookForDrained } from "./look-for-drained.ts";
import { watchWhere } from "./watch-where.ts";

export const deployInput = z.strictObject({ deployment: z.uuid(), action: z.enum(deploymentActions) });
export type DeployInput = z.infer<typeof deployInput>;

/** The kind, for those who queue it. */
export const deployKind = { kind: "deployment.deploy", input: deployInput };

/** So many are built and started at a time, on all control planes together; the others wait in their order. */
const mostAtOnce = 2;
/** An engine that dies again and again is not waited for for ever. */
const mostBuilds = 3;

/** A step that ended with a pod that is not well: what the runtime saw, and what to do where that is known. */
class NotWell extends Error {
  readonly reason: string;
  readonly advice: string | null;

  constructor(message: string, reason: string, advice: string | null) {
    super(message);
    this.reason = reason;
    this.advice = advice;
  }
}

/**
 * Deploys an application, goes back to an earlier deployment of it, or takes another's code as it is (C3, C8): it is recorded, its databases are started, its code is built, it comes
 * up beside what serves and takes its place. What served before serves on where that fails, or is cancelled, and nothing else stays.
 */
export const deploy = (deps: DeployDeps): Workflow<DeployInput> => ({
  ...deployKind,
  // Whose turn it is is for the record to say: of two of one application the newest counts.
  atOnce: 100,
  async run({ deployment: id, action }, plain) {
    const current = { step: "turn" };
    const run = named(plain, current);
    let recorded: Recorded | null = null;
    let said = "";
    try {
      const turn = await run.step("turn", { message: "Waiting for its turn.", withinSeconds: 86_400 }, (at) =>
        at.until(async (store) => {
          const found = await store.deployments.turn(id, mostAtOnce);
          if (found.is !== "waiting") return { is: "done", value: found.is === "begun" ? { by: 0 } : { by: found.by } };
          const message = found.isSame
            ? "Waiting until the deployment before it has ended."
            : `Waiting for its turn: ${found.ahead} are before it.`;
          // Whoever lists deployments sees it, too.
          if (message !== said) await store.deployments.update(id, { message });
          said = message;
          return { is: "waiting", message };
        }),
      );
      if (turn.by > 0) return end(run, id, "superseded", null, `Deployment ${turn.by} took its place before it had begun.`);
      recorded = action === "rollback" ? await rollbackSteps(deps, run, id) : await recordSteps(deps, run, id);
      const release =
        action === "rollback"
          ? await run.change("start", { message: "What served earlier is written again." }, (store) =>
              writeRollback(store, deps, id, run.actor),
            )
          : await deploySteps(deps, run, id, recorded);
      await switchSteps(deps, run, id, release);
      return await succeed(deps, run, id, release, action);
    } catch (thrown) {
      const isCancelled = thrown instanceof OperationCancelled;
      if (!isCancelled && !(thrown instanceof StepFailed) && !(thrown instanceof NotWell)) throw thrown;
      const { step } = current;
      const { reason, advice } = thrown instanceof NotWell ? thrown : { reason: null, advice: null };
      const where = step === "probe" && !isCancelled ? await whereStep(deps, run, id) : null;
      const left = recorded === null ? null : await cleanUp(deps, run, id, recorded);
      const ended = step === "probe" && reason === "exited" ? await endedStep(deps, run, id) : null;
      const why = isCancelled ? "Cancelled." : deployAdvice(step, thrown.message, reason, advice ?? where ?? ended);
      const message = left === null ? why : `${why} What served before could not be brought back: ${left}`;
      return end(run, id, isCancelled ? "cancelled" : "failed", step, message);
    }
  },
});

/** The same, telling which step is being made. */
const named = (run: Run, current: { step: string }): Run => ({
  ...run,
  step: (name, about, work) => {
    current.step = name;
    return run.step(name, about, work);
  },
  change: (name, about, work) => {
    current.step = name;
    return run.change(name, about, work);
  },
});

async function recordSteps(deps: DeployDeps, run: Run, id: string): Promise<Recorded> {
  await run.step("room", { message: "Looking whether there is room for it.", withinSeconds: 900 }, async () => {
    await deps.disk?.require(run.actor);
    return null;
  });
  const analysis = await run.step("analyse", { message: "Looking what the project is." }, async () => {
    const { source, settings } = await deps.database.asSystem((store) => store.deployments.get(id));
    return (await deps.sources.analyze(source, settings.root)) as unknown as Json;
  });
  return run.change("record", { message: "Writing down what is deployed." }, (store) =>
    recordDeployment(store, deps, id, analysis as unknown as Analysis),
  );
}

const rollbackSteps = (_deps: DeployDeps, run: Run, id: string): Promise<Recorded> =>
  run.change("record", { message: "Writing down what is gone back to." }, (store) => recordRollback(store, id));

async function deploySteps(deps: DeployDeps, run: Run, id: string, recorded: Recorded): Promise<Written> {
  const hasDatabases = recorded.databases.length > 0;
  const about = { message: "Starting its database." };
  const databases = hasDatabases ? await run.change("database", about, (store) => writeDatabases(store, deps, id, run.actor)) : null;
  // It comes up while the code is built, which does not reach it.
  const artifact = await artifactSteps(deps, run, id, recorded);
  const contexts = recorded.contexts.length === 0 ? {} : await contextStep(deps, run, id, recorded.contexts);
  if (databases !== null) await comesUp(run, "database-ready", "Waiting until its database answers.", databases, "healthy");
  if (hasDatabases && recorded.copyFrom !== null) await copySteps(deps, run, id, recorded.copyFrom);
  if (recorded.migrates) {
    const about = { message: "Starting its migrations." };
    const migrating = await run.change("migrate", about, (store) => writeMigration(store, deps, id, run.actor, artifact));
    if (migrating !== null) await comesUp(run, "migrated", "Waiting until its migrations are done.", migrating, "healthy", 1, 1800);
  }
  return run.change("start", { message: "Starting it beside what serves." }, (store) =>
    writeRelease(store, deps, id, run.actor, { artifact, contexts }),
  );
}

/** A preview's database begins with what the project's holds: from the beginning again, where that was interrupted. */
async function copySteps(deps: DeployDeps, run: Run, id: string, from: string): Promise<void> {
  const about = { message: "Copying the project's data into its database.", withinSeconds: 14_400 };
  await run.step("copy-database", about, async ({ signal }) => {
    const { podId } = await deps.database.asSystem((store) => store.deployments.get(id));
    if (podId !== null) await copyDatabase(deps, { from, to: podId }, signal);
    return null;
  });
  await run.change("copied", { message: "Writing down that the data is there." }, async (store) => {
    const { tenantId, name } = await store.deployments.get(id);
    await store.previews.markCopied(tenantId, name);
    return null;
  });
}

/** What the application runs: its source, what was built of it, or what was built before of the same. */
async function artifactSteps(deps: DeployDeps, run: Run, id: string, recorded: Recorded): Promise<string> {
  if (recorded.artifact !== null) return recorded.artifact;
  const built = recorded.isBuilt ? await buildSteps(deps, run, id, recorded) : null;
  const made = recorded.output === null ? built : await siteStep(deps, run, id, recorded, built);
  const { source } = await run.change("keep", { message: "Keeping what was built." }, async (store) => {
    const deployment = await store.deployments.get(id);
    if (made !== null) {
      await store.artifacts.insert({ digest: made.digest, bytes: made.bytes, tenant: deployment.tenantId });
      await store.deployments.update(id, { artifact: made.digest });
    }
    const build = deployment.buildPodId === null ? null : await store.pods.getById(deployment.buildPodId).catch(() => null);
    if (build?.desired === "running") await store.pods.setDesired(build.id, "stopped");
    return { source: deployment.source };
  });
  return made?.digest ?? source;
}

/** Builds it; anew where the build was ended from outside, which says nothing of the code. */
async function buildSteps(deps: DeployDeps, run: Run, id: string, { output }: Recorded): Promise<{ digest: string; bytes: number }> {
  for (let tries = 1; ; tries++) {
    const message = tries === 1 ? "Starting its build." : "It was ended from outside: starting its build again.";
    const building = await run.change("build", { message }, (store) => writeBuild(store, deps, id, run.actor));
    const ended = await installStep(deps, run, id, building, buildHeading(tries));
    if (ended.isCut && tries < mostBuilds) continue;
    requireWell(ended, ended.why);
    return run.step("take", { message: "Taking what was built." }, async () => {
      const pod = await deps.database.asSystem((store) => store.pods.getById(building.pod));
      const { digest, bytes } = await takeBuild(deps, pod, output);
      return { digest, bytes };
    });
  }
}

const installStep = (deps: DeployDeps, run: Run, id: string, building: Written, heading: string) =>
  run.step("install", { message: "Installing and building.", withinSeconds: 15_000 }, async (at) => {
    const found = await at.until(lookForPod({ ...building, units: null, failures: 1, until: "done" }));
    const lines = await keepLog(deps, id, heading, building.pod);
    if (found.is === "well") return { ...found, why: null, isCut: false };
    const { settings } = await deps.database.asSystem((store) => store.deployments.get(id));
    const why = whyBuildFailed(lines, found.reason, buildBounds(settings));
    return { ...found, why, isCut: wasCutShort(lines, found.reason) };
  });

/** The site with the program that serves it. What was built is the served folder alone. */
const siteStep = (
  deps: DeployDeps,
  run: Run,
  id: string,
  recorded: Recorded,
  built: { digest: string } | null,
): Promise<{ digest: string; bytes: number }> =>
  run.step("lay-out", { message: "Laying the site out." }, async () => {
    const { deployment, program } = await deps.database.asSystem(async (store) => {
      const found = await store.deployments.get(id);
      const pod = found.podId === null ? null : await store.pods.getById(found.podId);
      const { static: site } = await appliancesFor(store, planOf(found, pod, deps));
      return { deployment: found, program: site?.unit.code?.artifact ?? "" };
    });
    const from = built === null ? { files: deployment.source, folder: recorded.output ?? "" } : { files: built.digest, folder: "" };
    return siteArtifact(deps.artifacts, { program, ...from }, deployment.tenantId);
  });

/** Folders that images are built from, each as an artifact of its own. */
async function contextStep(deps: DeployDeps, run: Run, id: string, folders: readonly string[]): Promise<Record<string, string>> {
  const made = await run.step("contexts", { message: "Packing what its image is built from." }, async () => {
    const { source, tenantId } = await deps.database.asSystem((store) => store.deployments.get(id));
    const kept: Record<string, { digest: string; bytes: number }> = {};
    for (const folder of folders) if (folder !== "") kept[folder] = await folderArtifact(deps.artifacts, source, folder, tenantId);
    return { source, kept };
  });
  await run.change("keep-contexts", { message: "Keeping what its image is built from." }, async (store) => {
    const { tenantId } = await store.deployments.get(id);
    for (const artifact of Object.values(made.kept)) await store.artifacts.insert({ ...artifact, tenant: tenantId });
    return null;
  });
  return Object.fromEntries(folders.map((folder) => [folder, made.kept[folder]?.digest ?? made.source]));
}

/** Up beside what serves, asked through the gateway, switched to, and what served before gone. */
async function switchSteps(deps: DeployDeps, run: Run, id: string, release: Written): Promise<void> {
  const found = await run.step("probe", { message: "Waiting until it answers.", withinSeconds: 3600 }, (at) =>
    watchWhere(deps, id, at, (seen) =>
      // That it listens elsewhere, another start does not mend.
      at.until((store) => lookForPod({ ...release, until: "healthy", failures: seen() === null ? 2 : 1 })(store)),
    ),
  );
  // Of one that ended by itself its log says more.
  requireWell(found, found.is === "failed" && found.reason === "unhealthy" ? { advice: found.seen ?? null } : null);
  await comesUp(run, "route", "Asking it through the gateway, and switching.", release, "routed");
  // From here on it serves: there is nothing left to cancel.
  const about = { message: "Waiting until what served before has ended.", withinSeconds: 4000, evenIfCancelled: true };
  await run.step("drain", about, (at) => at.until(lookForDrained(deps, release)));
}

/** Looks where it listens instead, while it is still there. */
const whereStep = (deps: DeployDeps, run: Run, id: string): Promise<string | null> =>
  orNull(
    run.step("listens", { message: "Looking where it listens.", evenIfCancelled: true, withinSeconds: 60 }, () => listensWhere(deps, id)),
  );

/** What its kept log tells of one that ended by itself. */
const endedStep = (deps: DeployDeps, run: Run, id: string): Promise<string | null> =>
  orNull(
    run.step("why", { message: "Looking why it ended.", evenIfCancelled: true, withinSeconds: 60 }, async () => {
      const log = await deps.database.asSystem((store) => store.deployments.log(id));
      return whyUnitEnded(log.trimEnd().split("\n"));
    }),
  );

/** What cannot be found out fails nothing. */
const orNull = <T>(step: Promise<T>): Promise<T | null> =>
  step.catch((thrown: unknown) => {
    if (thrown instanceof StepFailed) return null;
    throw thrown;
  });

async function comesUp(
  run: Run,
  step: string,
  message: string,
  { pod, generation, units }: Written,
  until: "healthy" | "routed",
  failures = 3,
  withinSeconds = 900,
): Promise<void> {
  const look = lookForPod({ pod, generation, units, failures, until });
  requireWell(await run.step(step, { message, withinSeconds }, (at) => at.until(look)));
}

function requireWell(found: PodEnd, why: { message?: string; advice: string | null } | null = null): void {
  if (found.is === "well") return;
  const { unit, reason, message } = found;
  throw new NotWell(why?.message ?? (unit === null ? message : `${unit}: ${message}`), reason, why?.advice ?? null);
}

async function succeed(deps: DeployDeps, run: Run, id: string, release: Written, action: DeployInput["action"]): Promise<WorkflowEnd> {
  const about = { message: "Writing down that it serves.", evenIfCancelled: true };
  const { url, number, target } = await run.change("serve", about, async (store) => {
    const [facts] = await store.pods.facts([release.pod]);
    const [address = null] = facts ? deps.addresses(facts.pod, facts.routes) : [];
    await store.deployments.update(id, { url: address });
    const found = await store.deployments.get(id);
    return { url: address, number: found.number, target: found.target };
  });
  const where = url === null ? "It has no route." : `It serves at ${url}`;
  const message = action === "rollback" ? `Deployment ${target} is back: ${where} (migrations are not undone)` : where;
  return end(run, id, "succeeded", null, message, { deployment: id, number, url });
}

/** Keeps how it ended, for people. */
async function end(
  run: Run,
  id: string,
  state: Exclude<Deployment["state"], "queued" | "running">,
  step: string | null,
  message: string,
  output: Json = { deployment: id },
): Promise<WorkflowEnd> {
  await run.change("end", { message: "Writing down how it ended.", evenIfCancelled: true }, async (store) => {
    const deployment = await store.deployments.get(id);
    await store.deployments.finish(id, { state, step: state === "succeeded" ? null : step, message });
    await store.events.append(deploymentEvent(deployment, run.actor, state, message));
    return null;
  });
  return { state: state === "superseded" ? "cancelled" : state, message, output };
}
