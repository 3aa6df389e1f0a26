import { type Deployment, isDeploymentEnded } from "@agentpod/core/deployment";
import { toAppError } from "@agentpod/core/errors";
import { isEnded } from "@agentpod/core/operation";
import type { Store } from "@agentpod/core/store";
import { z } from "zod";
import type { CleanUps } from "../clean-up/clean-ups.ts";
import type { Repositories } from "../git-remote/repositories.ts";
import type { Workflow } from "../workflows/workflow.ts";
import { findPod, lookForGone } from "./deploy-looks.ts";

export const destroyInput = z.strictObject({ tenant: z.string(), tenantId: z.uuid(), name: z.string() });

export const destroyKind = { kind: "deployment.destroy", input: destroyInput };

export interface DestroyDeps {
  cleanUps: Pick<CleanUps, "removeForgotten">;
  /** To which it was pushed. */
  repositories: Pick<Repositories, "remove">;
}

/** Takes an application away with all that it had: pods, data, routes, secrets, and its records. What is being deployed is cancelled first. */
export const destroyDeployment = ({ repositories, cleanUps }: DestroyDeps): Workflow<z.infer<typeof destroyInput>> => ({
  ...destroyKind,
  atOnce: 20,
  async run({ tenant, tenantId, name }, run) {
    const operations = await run.change("cancel", { message: "Cancelling what is under way." }, async (store) => {
      // No push begins anew what is taken away here.
      await store.deploymentHooks.deleteAll(tenantId, name);
      const open: string[] = [];
      for (const each of await withPreviews(store, tenant, name)) open.push(...(await openOperations(store, tenant, each)));
      for (const id of open) await store.operations.cancel(id, run.actor).catch(ignoreEnded);
      return open;
    });
    await run.step("cancelled", { message: "Waiting until nothing is under way.", withinSeconds: 4000 }, (at) =>
      at.until(async (store) => {
        for (const id of operations) if (!isEnded((await store.operations.get(id)).state)) return { is: "waiting" };
        return { is: "done", value: null };
      }),
    );
    const pods = await run.change("delete", { message: "Deleting its pods.", evenIfCancelled: true }, async (store) => {
      const records: Deployment[] = [];
      for (const each of await withPreviews(store, tenant, name))
        records.push(...(await store.deployments.list({ tenant, name: each }, 1000)));
      const ids = [...new Set(records.flatMap(({ podId, buildPodId }) => [podId, buildPodId]).filter((id) => id !== null))];
      const there: string[] = [];
      for (const id of ids) {
        const pod = await findPod(store, id);
        if (pod === null) continue;
        if (pod.desired !== "deleted") await store.pods.setDesired(id, "deleted", false);
        there.push(id);
      }
      return there;
    });
    await run.step("gone", { message: "Waiting until nothing is left.", evenIfCancelled: true }, (at) => at.until(lookForGone(pods)));
    const used = await run.change("forget", { message: "Forgetting its deployments.", evenIfCancelled: true }, async (store) => {
      const names: string[] = [];
      for (const each of await withPreviews(store, tenant, name)) {
        // One that was begun meanwhile has a time of its own.
        if (each !== name && !(await isGone(store, tenant, each))) continue;
        names.push(each);
      }
      const ranFrom = await store.cleanUp.usedBy(tenantId, names);
      for (const each of names) {
        await store.deployments.deleteAll(tenantId, each);
        await store.gitRemotes.delete(tenantId, each);
        await store.deploymentHooks.deleteAll(tenantId, each);
        await store.previews.delete(tenantId, each);
      }
      return ranFrom;
    });
    await run.step("remote", { message: "Removing what was pushed.", evenIfCancelled: true }, async () => {
      await repositories.remove(tenantId, name);
      return null;
    });
    await run.step("sources", { message: "Removing what it was built from.", evenIfCancelled: true }, async () => {
      // Null where the step before was made by an AgentPod that left it to the clean-up.
      await cleanUps.removeForgotten(tenantId, used ?? {}, run.id);
      return null;
    });
    return { state: "succeeded", message: `${tenant}/${name} is gone.`, output: null };
  },
});

/** An application, and its previews, which go with it. */
async function withPreviews(store: Store, tenant: string, name: string): Promise<string[]> {
  return [name, ...(await store.previews.list({ tenant, project: name })).map((preview) => preview.name)];
}

async function isGone(store: Store, tenant: string, name: string): Promise<boolean> {
  if ((await openOperations(store, tenant, name)).length > 0) return false;
  for (const { podId, buildPodId } of await store.deployments.list({ tenant, name }, 1000))
    for (const id of [podId, buildPodId]) if (id !== null && (await findPod(store, id)) !== null) return false;
  return true;
}

async function openOperations(store: Store, tenant: string, name: string): Promise<string[]> {
  const records = await store.deployments.list({ tenant, name }, 1000);
  return records.flatMap(({ state, operationId }) => (operationId === null || isDeploymentEnded(state) ? [] : [operationId]));
}

/** It ended just now. */
function ignoreEnded(error: unknown): void {
  if (!["conflict", "not_found"].includes(toAppError(error).code)) throw error;
}
