import type { PodInBackup } from "@agentpod/backup/volumes-header";
import { llmKeySecret } from "@agentpod/core/llm/llm-key";
import type { PodSpec } from "@agentpod/core/pod-spec";
import { referencedSecrets } from "@agentpod/core/render-unit";
import type { Store } from "@agentpod/core/store";
import { ensurePodLlmKey } from "../llm/pod-llm-key.ts";
import { draftForTenant } from "../routes/draft-for-tenant.ts";
import { withPodHosts } from "../routes/pod-hosts.ts";
import { putSecrets } from "../routes/put-secrets.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";

export interface CopyRequest {
  /** Id of the new pod. */
  id: string;
  tenant: string;
  name: string;
  actor: string;
  /** It is thrown away again: nobody reaches it, and it reaches nobody where that can be had. */
  isDrill: boolean;
}

/** A drill that nobody ended deletes itself after so long, in seconds. */
const drillLifeSeconds = 6 * 3600;

/**
 * Makes the rows of a pod like the one in a backup, after the rules of today, with the secrets it had; it stands still for `by`
 * from the start. Again: no effect. Throws what the rules throw, and `conflict` where the name is taken.
 */
export async function createCopy(
  deps: Pick<VolumeBackupDeps, "runtime" | "hosts" | "machine">,
  store: Store,
  pod: PodInBackup,
  { id, tenant: tenantName, name, actor, isDrill }: CopyRequest,
  by: string,
): Promise<void> {
  if ((await store.pods.facts([id])).length > 0) return;
  const tenant = await store.tenants.get(tenantName);
  const spec = isDrill ? drilled(pod.spec, deps.runtime.can.egress) : besides(pod.spec);
  const read = new Set(spec.units.flatMap(referencedSecrets));
  // Its key for models is its own: the old one's calls are the old one's.
  const { [llmKeySecret]: _key, ...secrets } = pod.secrets;
  // As whoever gives a spec gives its secrets.
  const inputs = Object.fromEntries(Object.entries(secrets).filter(([key]) => read.has(key)));
  const draft = await draftForTenant(store, deps, await deps.machine(), { tenant, name, inputs, spec });
  const made = await store.pods.insert({
    id,
    tenantId: tenant.id,
    name: draft.name,
    template: pod.template,
    inputs: pod.inputs,
    spec: draft.spec,
    server: "local",
    actor,
  });
  const given = { ...secrets, ...draft.secrets };
  // A drill is cut off: what it holds beside the pod that it tries out, it cannot use.
  if (isDrill) for (const [key, value] of Object.entries(given)) await store.secrets.put(id, key, value);
  else await putSecrets(store, id, draft.spec, given);
  await ensurePodLlmKey(store, made, draft.spec);
  await store.routes.replace(id, await withPodHosts(store, made, draft.routes, deps.hosts.bases, []));
  await store.pods.hold(id, by);
}

/** Hosts of its own are the old pod's. */
const besides = (spec: PodSpec): PodSpec => ({ ...spec, routes: spec.routes.map((route) => ({ ...route, hosts: [] })) });

function drilled({ idle: _idle, ...spec }: PodSpec, canShut: boolean): PodSpec {
  return { ...spec, routes: [], ttlSeconds: drillLifeSeconds, ...(canShut && { egress: "none" as const }) };
}
