import { AppError } from "@agentpod/core/errors";
import type { VolumeBackup } from "@agentpod/core/volume-backup";
import type { VolumeBackupStore } from "@agentpod/core/volume-backup-store";
import { and, desc, eq, getTableColumns, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { backupTargets } from "../schema/backup-targets.ts";
import { volumeBackups } from "../schema/volume-backups.ts";
import type { Tx } from "../tenant-tx.ts";

const { counts: _counts, ...columns } = getTableColumns(volumeBackups);

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export function volumeBackupStore({ db, tenants: allowed }: Tx): VolumeBackupStore {
  const visible = allowed === "*" ? undefined : inArray(volumeBackups.tenantId, [...allowed]);
  const select = async (where: SQL | undefined): Promise<VolumeBackup[]> => {
    const rows = await db
      .select({ ...columns, target: backupTargets.name })
      .from(volumeBackups)
      .leftJoin(backupTargets, eq(backupTargets.id, volumeBackups.targetId))
      .where(and(visible, where))
      .orderBy(desc(volumeBackups.createdAt), desc(volumeBackups.id));
    return rows.map(({ createdAt, finishedAt, verifiedAt, ...row }) => ({
      ...row,
      createdAt: createdAt.toISOString(),
      finishedAt: iso(finishedAt),
      verifiedAt: iso(verifiedAt),
    }));
  };
  const change = (id: string, set: Parameters<ReturnType<typeof db.update<typeof volumeBackups>>["set"]>[0]) =>
    db.update(volumeBackups).set(set).where(eq(volumeBackups.id, id));
  return {
    insert: async (backup) => {
      const added = await db.insert(volumeBackups).values(backup).onConflictDoNothing().returning({ id: volumeBackups.id });
      if (added.length > 0) return;
      const [there] = await select(eq(volumeBackups.id, backup.id));
      // The same again, after a crash.
      if (there) return;
      throw new AppError("conflict", `Another backup of pod ${backup.pod} is being made: wait until it is done.`);
    },
    newest: async ({ podId, unit }) => {
      const of = unit === null ? isNull(volumeBackups.unit) : eq(volumeBackups.unit, unit);
      return (await select(and(eq(volumeBackups.podId, podId), of, eq(volumeBackups.state, "ready"))))[0] ?? null;
    },
    get: async (id) => {
      const [backup] = await select(eq(volumeBackups.id, id));
      if (!backup) throw new AppError("not_found", `There is no backup ${id}; agentpod pod backup list shows those there are.`);
      return backup;
    },
    list: ({ kind, tenant, pod, podId, unit }) =>
      select(
        and(
          kind === undefined ? undefined : kind === "dump" ? isNotNull(volumeBackups.unit) : isNull(volumeBackups.unit),
          unit === undefined ? undefined : eq(volumeBackups.unit, unit),
          tenant === undefined ? undefined : eq(volumeBackups.tenant, tenant),
          pod === undefined ? undefined : eq(volumeBackups.pod, pod),
          podId === undefined ? undefined : eq(volumeBackups.podId, podId),
        ),
      ),
    finish: async (id, { bytes, volumes }) => {
      await change(id, { state: "ready", message: "", bytes, volumes, finishedAt: sql`now()`, verifiedAt: sql`now()` });
    },
    saveDump: async (id, { bytes, dump, counts }) => {
      await change(id, { bytes, dump, counts });
    },
    counts: async (id) => {
      const [row] = await db
        .select({ counts: volumeBackups.counts })
        .from(volumeBackups)
        .where(and(visible, eq(volumeBackups.id, id)));
      return row?.counts ?? [];
    },
    setCheckedBy: async (id, operation) => {
      await change(id, { checkedBy: operation });
    },
    fail: async (id, message) => {
      await change(id, { state: "failed", message, finishedAt: sql`now()` });
    },
    markVerified: async (id) => {
      await change(id, { verifiedAt: sql`now()`, message: "" });
    },
    markDamaged: async (id, message) => {
      await change(id, { state: "failed", message });
    },
    markDeleting: async (id) => {
      await change(id, { state: "deleting" });
    },
    saveDrill: async (id, drill) => {
      await change(id, { drill });
    },
    delete: async (id) => {
      await db.delete(volumeBackups).where(eq(volumeBackups.id, id));
    },
  };
}
