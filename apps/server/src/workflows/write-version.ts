import { AppError } from "@agentpod/core/errors";
import type { Store } from "@agentpod/core/store";
import { updatePod } from "../routes/write-pod.ts";
import type { UpgradeDeps, UpgradeTarget } from "./upgrade-pods.ts";
import type { Run } from "./workflow.ts";

/** Generations in which the old and the new version were written. */
export type WrittenVersion = { before: number; generation: number };

interface Writing {
  store: Store;
  run: Pick<Run, "id" | "actor">;
  pod: UpgradeTarget;
  deps: UpgradeDeps;
}

/** Writes the new version as the pod's next generation; its inputs stay. Throws `conflict` where it is not what was planned with. */
export async function writeVersion({ store, run, pod, deps }: Writing): Promise<WrittenVersion> {
  const present = await store.pods.getById(pod.id);
  if (present.template?.name !== pod.template || present.template.version !== pod.from)
    throw new AppError("conflict", `Pod ${pod.name} was changed since the upgrade was planned: it is left as it is.`);
  const tenant = await store.tenants.get(present.tenant);
  const writer = { store, deps: deps.deps, actor: run.actor, machine: await deps.machine() };
  const change = { template: `${pod.template}@${pod.to}`, generation: present.generation };
  // Stops, starts and restarts are generations too, and no revisions: what is gone back to is the last spec that was written.
  const before = Math.max(...(await store.pods.revisions(pod.id)).map((revision) => revision.generation));
  const { generation } = await updatePod(writer, tenant, present, change);
  await store.events.append({
    ...{ type: "pod.updated", tenantId: present.tenantId, tenant: present.tenant, pod: present.name, podId: present.id },
    ...{ actor: run.actor, source: null, result: "ok", data: { generation, operation: run.id } },
    message: `pod ${pod.name} upgraded from version ${pod.from} to ${pod.to} of ${pod.template}`,
  });
  return { before, generation };
}
