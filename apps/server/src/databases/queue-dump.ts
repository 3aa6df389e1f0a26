import { randomUUID } from "node:crypto";
import type { Operation } from "@agentpod/core/operation";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { BackupTrigger, VolumeBackup } from "@agentpod/core/volume-backup";
import { queueOperation } from "../workflows/queue-operation.ts";
import { dumpCheckKind, dumpKind, dumpRestoreKind } from "./dump-kinds.ts";

interface DumpRequest {
  unit: string;
  target: string | null;
  trigger: BackupTrigger;
  actor: string;
  at: Date;
}

const tenantOf = ({ tenantId, tenant }: Pick<Pod, "tenantId" | "tenant">) => ({ id: tenantId, name: tenant });

/** Queues that a dump of a pod's database is made and kept. `conflict` where another operation has the pod. */
export async function queueDump(store: Store, pod: Pod, { unit, target, trigger, actor, at }: DumpRequest) {
  const dump = randomUUID();
  const time = at.toISOString().replaceAll(/[-:.]/g, "");
  const object = `${pod.tenant}/${pod.name}/${time}-${dump.slice(0, 8)}.apdump`;
  const input = { dump, pod: pod.id, unit, target, trigger, object };
  const operation = await queueOperation(store, dumpKind, { input, tenant: tenantOf(pod), pods: [pod], actor });
  return { dump, operation: operation.id };
}

/** Queues that a dump is read back and tried out beside its database, where that is still there. As `queueDump`. */
export async function queueDumpCheck(store: Store, dump: VolumeBackup, scheduled: boolean, actor: string): Promise<Operation> {
  const [there] = await store.pods.facts([dump.podId]);
  const pods = there === undefined || there.pod.desired === "deleted" ? [] : [there.pod];
  return queueOperation(store, dumpCheckKind, { input: { dump: dump.id, scheduled }, tenant: tenantOf(dump), pods, actor });
}

/** Queues that a dump is put into the place of what a database holds. As `queueDump`. */
export const queueDumpRestore = (store: Store, dump: VolumeBackup, pod: Pod, unit: string, actor: string): Promise<Operation> =>
  queueOperation(store, dumpRestoreKind, { input: { dump: dump.id, pod: pod.id, unit }, tenant: tenantOf(pod), pods: [pod], actor });
