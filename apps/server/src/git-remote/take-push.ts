import type { BegunDeployment } from "@agentpod/core/api/deployment-view";
import { AppError } from "@agentpod/core/errors";
import type { Database, Store } from "@agentpod/core/store";
import type { PushedRepository, TakenPush } from "@agentpod/source/pushed-repository";
import { queueDeployment } from "../deployments/queue-deployment.ts";
import type { Sources } from "../sources/sources.ts";
import type { PushCaller } from "./push-caller.ts";

export interface TakenDeployment extends BegunDeployment {
  /** What was left out of the source, in sentences. */
  notices: readonly string[];
}

/** What was last taken of an application; null: nothing. */
export const takenBefore = (
  { database }: { database: Pick<Database, "asTenants"> },
  { principal, tenant, application }: PushCaller,
): Promise<TakenPush | null> => database.asTenants(principal.tenants, (store) => store.gitRemotes.find(tenant.id, application));

/** Throws `conflict` where the name is another pod's. */
export async function requireApplication(store: Store, { tenant, application }: PushCaller): Promise<void> {
  const pod = await store.pods.find(tenant.name, application);
  if (pod === null) return;
  const records = await store.deployments.list({ tenant: tenant.name, name: application }, 500);
  if (records.some(({ podId }) => podId === pod.id)) return;
  throw new AppError(
    "conflict",
    `There is a pod ${tenant.name}/${application} that was not deployed: deploy under another name, or delete it first.`,
  );
}

/**
 * Makes a source of a pushed commit and asks for its deployment, with the note that the push was taken in the same transaction. Throws
 * `invalid` for what no source may hold; the push was not taken then.
 */
export async function takePush(
  { database, sources }: { database: Pick<Database, "asTenants">; sources: Pick<Sources, "addSnapshot"> },
  caller: PushCaller,
  repository: PushedRepository,
  { branch, commit }: TakenPush,
): Promise<TakenDeployment> {
  const { tenant, application: name, principal } = caller;
  const { digest, bytes, notices } = await sources.addSnapshot((scratch) => repository.snapshot(commit, scratch), tenant.id);
  const made = await database.asTenants(principal.tenants, async (store) => {
    await requireApplication(store, caller);
    await store.artifacts.insert({ digest, bytes, tenant: tenant.id });
    const serving = await store.deployments.serving(tenant.id, name);
    const asked = { tenantId: tenant.id, tenant: tenant.name, name, actor: principal.actor, source: digest };
    const begun = await queueDeployment(store, {
      ...{ ...asked, action: "deploy", target: null, origin: `git push ${branch} ${commit}`, given: {}, settings: serving?.settings ?? {} },
    });
    await store.gitRemotes.put({ tenantId: tenant.id, name, branch, commit });
    await store.events.append({
      ...{ type: "deployment.asked", tenantId: tenant.id, tenant: tenant.name, pod: name, podId: null, actor: principal.actor },
      ...{ source: caller.asked.client, result: "ok", data: { deployment: begun.deployment.id, number: begun.deployment.number, commit } },
      message: `deployment ${begun.deployment.number} of ${tenant.name}/${name} was asked for by a push to ${branch}`,
    });
    return begun;
  });
  return { ...made, notices };
}
