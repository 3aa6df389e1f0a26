import { randomUUID } from "node:crypto";
import type { Operation } from "@agentpod/core/operation";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { BackupTrigger, VolumeBackup } from "@agentpod/core/volume-backup";
import { queueOperation } from "../workflows/queue-operation.ts";
import { backupKind, copyKind, drillKind, restoreKind } from "./workflows.ts";

interface BackupRequest {
  target: string | null;
  live: boolean;
  trigger: BackupTrigger;
  actor: string;
  at: Date;
}

/** Queues a backup of a pod's volumes. `conflict` where another operation has the pod. */
export async function queueBackup(store: Store, pod: Pod, { target, live, trigger, actor, at }: BackupRequest) {
  const backup = randomUUID();
  const object = objectName(pod, backup, at);
  const input = { backup, pod: pod.id, target, live, trigger, object };
  const operation = await queueOperation(store, backupKind, { input, tenant: tenantOf(pod), pods: [pod], actor });
  return { backup, operation: operation.id };
}

/** `<tenant>/<pod>/<time>-<id>.apvol`: sorted by name they are sorted by time. */
export const objectName = ({ tenant, name }: Pick<Pod, "tenant" | "name">, backup: string, at: Date): string =>
  `${tenant}/${name}/${at.toISOString().replaceAll(/[-:.]/g, "")}-${backup.slice(0, 8)}.apvol`;

/** Queues that a backup is brought back into a pod. As `queueBackup`. */
export const queueRestore = (store: Store, backup: VolumeBackup, pod: Pod, actor: string): Promise<Operation> =>
  queueOperation(store, restoreKind, { input: { backup: backup.id, pod: pod.id }, tenant: tenantOf(pod), pods: [pod], actor });

/** Queues that a new pod is made from a backup. */
export function queueCopy(store: Store, backup: VolumeBackup, name: string, actor: string): Promise<Operation> {
  const input = { backup: backup.id, pod: randomUUID(), tenant: backup.tenant, name };
  return queueOperation(store, copyKind, { input, tenant: tenantOf(backup), pods: [], actor });
}

/** Queues a rehearsal of a backup's restore. `scheduledFor`: the pod whose schedule asks for it. */
export function queueDrill(store: Store, backup: VolumeBackup, scheduledFor: string | null, actor: string): Promise<Operation> {
  const pod = randomUUID();
  const input = { backup: backup.id, pod, tenant: backup.tenant, name: `drill-${pod.slice(0, 8)}`, scheduledFor };
  return queueOperation(store, drillKind, { input, tenant: tenantOf(backup), pods: [], actor });
}

const tenantOf = ({ tenantId, tenant }: Pick<Pod, "tenantId" | "tenant">) => ({ id: tenantId, name: tenant });
