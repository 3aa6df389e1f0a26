import { randomUUID } from "node:crypto";
import type { BackupTarget, S3Credentials } from "@agentpod/core/backup-target";
import { AppError } from "@agentpod/core/errors";
import type { BackupTargetStore } from "@agentpod/core/volume-backup-store";
import { and, asc, eq, inArray, isNull, or, type SQL } from "drizzle-orm";
import { backupSchedules } from "../schema/backup-schedules.ts";
import { backupTargets } from "../schema/backup-targets.ts";
import { tenants } from "../schema/tenants.ts";
import { volumeBackups } from "../schema/volume-backups.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

/** Without the sealed credentials, which the app role may not read. */
const columns = {
  id: backupTargets.id,
  tenantId: backupTargets.tenantId,
  tenant: tenants.name,
  name: backupTargets.name,
  config: backupTargets.config,
  createdAt: backupTargets.createdAt,
};

export function backupTargetStore({ db, tenants: allowed }: Tx, box: SecretBox): BackupTargetStore {
  const visible = allowed === "*" ? undefined : or(isNull(backupTargets.tenantId), inArray(backupTargets.tenantId, [...allowed]));
  const select = async (where: SQL | undefined): Promise<BackupTarget[]> => {
    const rows = await db
      .select(columns)
      .from(backupTargets)
      .leftJoin(tenants, eq(tenants.id, backupTargets.tenantId))
      .where(and(visible, where))
      .orderBy(asc(tenants.name), asc(backupTargets.name));
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  };
  const getById = async (id: string): Promise<BackupTarget> => {
    const [target] = await select(eq(backupTargets.id, id));
    if (!target) throw new AppError("not_found", `There is no backup target with id ${id}.`);
    return target;
  };
  return {
    insert: async ({ tenantId, name, config, credentials }) => {
      const id = randomUUID();
      const sealed = box.seal({ of: "backup target", tenant: tenantId, id }, JSON.stringify(credentials));
      await db.insert(backupTargets).values({ id, tenantId, name, config, ...sealed });
      return getById(id);
    },
    list: ({ tenant }) =>
      select(
        tenant === undefined
          ? undefined
          : tenant === null
            ? isNull(backupTargets.tenantId)
            : or(isNull(backupTargets.tenantId), eq(tenants.name, tenant)),
      ),
    get: async (tenant, name) => {
      const owner = tenant === null ? isNull(backupTargets.tenantId) : eq(tenants.name, tenant);
      const [target] = await select(and(owner, eq(backupTargets.name, name)));
      if (!target)
        throw new AppError("not_found", `${tenant === null ? "The installation" : `Tenant ${tenant}`} has no backup target ${name}.`);
      return target;
    },
    getById,
    reveal: async (id) => {
      const [row] = await db
        .select({ tenant: backupTargets.tenantId, keyId: backupTargets.keyId, ciphertext: backupTargets.ciphertext })
        .from(backupTargets)
        .where(eq(backupTargets.id, id));
      if (!row) throw new AppError("not_found", `There is no backup target with id ${id}.`);
      return JSON.parse(box.open({ of: "backup target", tenant: row.tenant, id }, row)) as S3Credentials | null;
    },
    delete: async (id) => {
      const [backup] = await db.select({ pod: volumeBackups.pod }).from(volumeBackups).where(eq(volumeBackups.targetId, id)).limit(1);
      if (backup) throw new AppError("conflict", `Backups of pod ${backup.pod} lie there: delete them first.`);
      const [schedule] = await db
        .select({ id: backupSchedules.podId })
        .from(backupSchedules)
        .where(eq(backupSchedules.targetId, id))
        .limit(1);
      if (schedule) throw new AppError("conflict", "A schedule puts backups there: let it use another target first.");
      await db.delete(backupTargets).where(eq(backupTargets.id, id));
    },
  };
}
