import { newBackupKey } from "@agentpod/backup/volumes-header";
import { writeDump } from "@agentpod/backup/write-dump";
import type { DumpContent, TableCount } from "@agentpod/core/dump-content";
import { postgresHints } from "@agentpod/core/postgres-programs";
import packageJson from "../../package.json" with { type: "json" };
import { openTarget } from "../volume-backups/open-target.ts";
import { requireThere } from "../volume-backups/stand-still.ts";
import type { VolumeBackupDeps } from "../volume-backups/volume-backup-deps.ts";
import { databaseAt } from "./database-at.ts";
import { dumpDatabase } from "./dump-database.ts";
import type { DumpInput } from "./dump-kinds.ts";
import { holdMoment } from "./hold-moment.ts";

export interface KeptDump {
  /** As it lies at the target. */
  bytes: number;
  dump: DumpContent;
  counts: TableCount[];
}

/** Dumps a pod's database to a target, and counts what is in it at the same moment. Again, after it was broken off: from the start. */
export async function keepDump(
  deps: VolumeBackupDeps,
  { dump: id, pod: podId, unit, target: targetId, object }: DumpInput,
  signal: AbortSignal,
): Promise<KeptDump> {
  const { runtime, database, masterKey } = deps;
  const { pod, at } = await database.asSystem(async (store) => {
    const pod = requireThere(await store.pods.getById(podId));
    return { pod, at: await databaseAt(store, pod, unit) };
  });
  const target = await openTarget(deps, targetId);
  await target.remove(object);
  const { key, kept } = newBackupKey(masterKey.current, id);
  const moment = await holdMoment(runtime, at, signal);
  try {
    const env = { ...at.env, ...postgresHints({ moment: moment.name }) };
    const written = writeDump(
      {
        ...{ kind: "agentpod-dump", format: 1, agentpod: packageJson.version, createdAt: deps.clock().toISOString() },
        ...{ installation: deps.installation, backup: id, tenant: pod.tenant, pod: pod.name, podId, unit, ...kept },
      },
      key,
      await dumpDatabase(runtime, { ...at, env }, signal),
    );
    const bytes = await target.put(object, written.content);
    const counts = await moment.counts();
    const rows = counts.reduce((sum, [, , count]) => sum + count, 0);
    return { bytes, dump: { ...moment.about, ...written.sum(), tables: counts.length, rows }, counts };
  } finally {
    await moment.release();
  }
}
