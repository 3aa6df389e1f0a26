import type { FetchSourceRequest } from "@agentpod/core/api/source-view";
import type { DeploymentHook } from "@agentpod/core/deployment-hook";
import { AppError } from "@agentpod/core/errors";
import type { Database, Store } from "@agentpod/core/store";
import { z } from "zod";
import { queueDeployment } from "../deployments/queue-deployment.ts";
import type { Sources } from "../sources/sources.ts";
import { OperationCancelled, StepFailed, type Workflow, type WorkflowEnd } from "../workflows/workflow.ts";

/** Ids alone: what the repository is read with stays where it is sealed. */
const pushInput = z.strictObject({ hook: z.uuid(), delivery: z.uuid() });

/** The kind, for those who queue it. */
export const pushKind = { kind: "deployment.push", input: pushInput };

export interface PushDeps {
  database: Pick<Database, "asSystem">;
  sources: Pick<Sources, "addRepository">;
}

/**
 * Fetches the branch of a hook from the hook's own repository, and asks for a deployment of it. What was told and is not the branch's
 * newest any more is not deployed: the newer push was told too, and an old delivery brings no old code back.
 */
export const fetchPush = (deps: PushDeps): Workflow<z.infer<typeof pushInput>> => ({
  ...pushKind,
  atOnce: 4,
  async run({ hook: id, delivery }, run): Promise<WorkflowEnd> {
    const ended = (state: WorkflowEnd["state"], message: string): WorkflowEnd => ({ state, message, output: { delivery } });
    try {
      const fetched = await run.step("fetch", { message: "Fetching what was pushed.", withinSeconds: 900 }, async (at) => {
        const { hook, secrets } = await deps.database.asSystem((store) => openHook(store, id));
        const asked: FetchSourceRequest = {
          url: hook.url,
          ref: `refs/heads/${hook.branch}`,
          ...(hook.knownHosts !== null && { knownHosts: hook.knownHosts }),
          ...(secrets.credentials !== null && { credentials: secrets.credentials }),
        };
        const { digest, bytes, commit } = await deps.sources.addRepository(asked, hook.tenantId, at.signal);
        return { digest, bytes, commit };
      });
      const message = await run.change("queue", { message: "Asking for its deployment." }, (store) =>
        queuePush(store, id, delivery, fetched, run.actor),
      );
      return ended("succeeded", message);
    } catch (thrown) {
      const isCancelled = thrown instanceof OperationCancelled;
      if (!isCancelled && !(thrown instanceof StepFailed)) throw thrown;
      const message = isCancelled ? "Cancelled." : thrown.message;
      await run.change("end", { message: "Writing down how it ended.", evenIfCancelled: true }, async (store) => {
        await store.deploymentHooks.updateDelivery(delivery, { outcome: "failed", message });
        return null;
      });
      return ended(isCancelled ? "cancelled" : "failed", message);
    }
  },
});

async function openHook(store: Store, id: string) {
  const found = await store.deploymentHooks.open(id);
  if (found === null) throw new AppError("not_found", "The hook was deleted meanwhile.");
  return found;
}

async function queuePush(
  store: Store,
  id: string,
  delivery: string,
  { digest, bytes, commit }: { digest: string; bytes: number; commit: string | null },
  actor: string,
): Promise<string> {
  const { hook } = await openHook(store, id);
  const told = await store.deploymentHooks.findDelivery(delivery);
  if (told !== null && told.commit !== commit) {
    const message = `${hook.branch} is at another commit by now, ${commit}: the push of that deploys it.`;
    await store.deploymentHooks.updateDelivery(delivery, { outcome: "ignored", message });
    return message;
  }
  const number = await deployFetched(store, hook, { digest, bytes, commit, actor });
  const message = `Deployment ${number} was asked for.`;
  await store.deploymentHooks.updateDelivery(delivery, { outcome: "queued", deployment: number, message });
  return message;
}

async function deployFetched(
  store: Store,
  { tenantId, tenant, name, url, branch }: DeploymentHook,
  { digest, bytes, commit, actor }: { digest: string; bytes: number; commit: string | null; actor: string },
): Promise<number> {
  await store.artifacts.insert({ digest, bytes, tenant: tenantId });
  const serving = await store.deployments.serving(tenantId, name);
  const { deployment } = await queueDeployment(store, {
    ...{ tenantId, tenant, name, action: "deploy", target: null, actor, source: digest },
    ...{ origin: `${url.slice(0, 400)} ${commit}`, given: {}, settings: serving?.settings ?? {} },
  });
  await store.events.append({
    ...{ type: "deployment.asked", tenantId, tenant, pod: name, podId: null, actor, source: null, result: "ok" },
    message: `deployment ${deployment.number} of ${tenant}/${name} was asked for by a push to ${branch}`,
    data: { deployment: deployment.id, number: deployment.number, commit },
  });
  return deployment.number;
}
