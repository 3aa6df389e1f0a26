import type { BackupSchedule } from "@agentpod/core/volume-backup";
import type { BackupScheduleStore } from "@agentpod/core/volume-backup-store";
import { and, asc, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import { backupSchedules } from "../schema/backup-schedules.ts";
import { backupTargets } from "../schema/backup-targets.ts";
import { pods } from "../schema/pods.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

export function backupScheduleStore({ db, tenants: allowed }: Tx): BackupScheduleStore {
  const visible = allowed === "*" ? undefined : inArray(backupSchedules.tenantId, [...allowed]);
  const select = async (where: SQL | undefined): Promise<BackupSchedule[]> => {
    const rows = await db
      .select({ ...getTableColumns(backupSchedules), tenant: tenants.name, pod: pods.name, target: backupTargets.name })
      .from(backupSchedules)
      .innerJoin(pods, eq(pods.id, backupSchedules.podId))
      .innerJoin(tenants, eq(tenants.id, backupSchedules.tenantId))
      .leftJoin(backupTargets, eq(backupTargets.id, backupSchedules.targetId))
      .where(and(visible, where))
      .orderBy(asc(tenants.name), asc(pods.name));
    return rows.map(({ nextAt, nextDrillAt, lastSuccessAt, createdAt, ...row }) => ({
      ...row,
      nextAt: nextAt.toISOString(),
      nextDrillAt: nextDrillAt?.toISOString() ?? null,
      lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    }));
  };
  const column = { backup: backupSchedules.nextAt, drill: backupSchedules.nextDrillAt } as const;
  return {
    put: async ({ podId, tenantId, nextAt, nextDrillAt, ...rest }) => {
      const set = { ...rest, nextAt: new Date(nextAt), nextDrillAt: nextDrillAt === null ? null : new Date(nextDrillAt) };
      await db
        .insert(backupSchedules)
        .values({ podId, tenantId, ...set })
        .onConflictDoUpdate({ target: backupSchedules.podId, set: { ...set, failure: null, drillFailure: null } });
    },
    find: async (podId) => (await select(eq(backupSchedules.podId, podId)))[0] ?? null,
    list: ({ tenant }) => select(tenant === undefined ? undefined : eq(tenants.name, tenant)),
    take: async (podId, kind, dueAt, nextAt) => {
      const taken = await db
        .update(backupSchedules)
        .set(kind === "backup" ? { nextAt: new Date(nextAt) } : { nextDrillAt: new Date(nextAt) })
        // Drivers and clocks tell milliseconds, the database microseconds.
        .where(and(eq(backupSchedules.podId, podId), sql`date_trunc('milliseconds', ${column[kind]}) = ${dueAt}::timestamptz`))
        .returning({ podId: backupSchedules.podId });
      return taken.length > 0;
    },
    note: async (podId, kind, failure, at) => {
      const told = failure && { at: failure.at, message: failure.message };
      const sooner = (name: typeof backupSchedules.nextAt | typeof backupSchedules.nextDrillAt) =>
        failure?.retryAt ? sql`least(${name}, ${failure.retryAt}::timestamptz)` : name;
      await db
        .update(backupSchedules)
        .set(
          kind === "backup"
            ? {
                failure: told,
                nextAt: sql`${sooner(backupSchedules.nextAt)}`,
                ...(failure === null && { lastSuccessAt: new Date(at) }),
              }
            : { drillFailure: told, nextDrillAt: sql`${sooner(backupSchedules.nextDrillAt)}` },
        )
        .where(eq(backupSchedules.podId, podId));
    },
    delete: async (podId) => {
      await db.delete(backupSchedules).where(eq(backupSchedules.podId, podId));
    },
  };
}
