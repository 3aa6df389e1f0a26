import type { Store } from "@agentpod/core/store";
import { rollBackPod } from "../routes/write-pod.ts";
import type { Run } from "../workflows/workflow.ts";
import { StepFailed } from "../workflows/workflow.ts";
import type { DeployDeps } from "./deploy-deps.ts";
import { findPod, lookForGone, lookForPod } from "./deploy-looks.ts";
import type { Recorded } from "./deploy-record.ts";
import { buildHeading, keepLog } from "./keep-log.ts";

type Back = { gone: string[]; pod: string | null; generation: number };

/**
 * After a deployment that failed or was cancelled: its logs are kept, what served before serves on, and nothing else of it stays. Gives what could
 * not be put right; null mostly.
 */
export async function cleanUp(deps: DeployDeps, run: Run, id: string, recorded: Recorded): Promise<string | null> {
  const always = { evenIfCancelled: true };
  try {
    await run.step("keep-log", { ...always, message: "Keeping its log.", withinSeconds: 120 }, async () => {
      const { buildPodId, podId, builds, wasKept } = await deps.database.asSystem(async (store) => {
        const steps = await store.operations.steps(run.id);
        const builds = steps.filter(({ name }) => name === "build").length;
        const wasKept = steps.filter(({ name, state }) => name === "install" && state === "succeeded").length === builds;
        return { ...(await store.deployments.get(id)), builds, wasKept };
      });
      if (!wasKept && buildPodId !== null) await keepLog(deps, id, buildHeading(builds), buildPodId);
      if (podId !== null) await keepLog(deps, id, "application", podId);
      return null;
    });
  } catch (thrown) {
    // A log that cannot be read is no reason to leave the rest.
    if (!(thrown instanceof StepFailed)) throw thrown;
  }
  try {
    const about = { ...always, message: recorded.before === null ? "Removing what was made." : "What served before is written again." };
    const back = await run.change("give-back", about, (store) => giveBack(store, deps, id, recorded, run));
    if (back.gone.length > 0)
      await run.step("gone", { ...always, message: "Waiting until it is gone." }, (at) => at.until(lookForGone(back.gone)));
    if (back.pod === null) return null;
    const look = lookForPod({ pod: back.pod, generation: back.generation, units: null, failures: 3, until: "routed" });
    const end = await run.step("serves-on", { ...always, message: "Waiting until what served before is alone again." }, (at) =>
      at.until(look),
    );
    return end.is === "well" ? null : end.message;
  } catch (thrown) {
    if (thrown instanceof StepFailed) return thrown.message;
    throw thrown;
  }
}

async function giveBack(store: Store, deps: DeployDeps, id: string, recorded: Recorded, run: Run): Promise<Back> {
  const deployment = await store.deployments.get(id);
  const gone: string[] = [];
  const remove = async (pod: string | null): Promise<void> => {
    const found = pod === null ? null : await findPod(store, pod);
    if (found === null) return;
    if (found.desired !== "deleted") await store.pods.setDesired(found.id, "deleted", false);
    gone.push(found.id);
  };
  if (recorded.before === null) {
    await remove(deployment.buildPodId);
    await remove(deployment.podId);
    return { gone, pod: null, generation: 0 };
  }
  const build = deployment.buildPodId === null ? null : await findPod(store, deployment.buildPodId);
  if (build?.desired === "running") await store.pods.setDesired(build.id, "stopped");
  const pod = deployment.podId === null ? null : await findPod(store, deployment.podId);
  if (pod === null || pod.desired === "deleted") return { gone, pod: null, generation: 0 };
  const newest = Math.max(...(await store.pods.revisions(pod.id)).map(({ generation }) => generation));
  if (newest === recorded.before) return { gone, pod: null, generation: 0 };
  const tenant = await store.tenants.get(pod.tenant);
  const writer = { store, deps: deps.writing, actor: run.actor, machine: await deps.machine() };
  const { generation } = await rollBackPod(writer, tenant, pod, recorded.before, pod.generation);
  return { gone, pod: pod.id, generation };
}
