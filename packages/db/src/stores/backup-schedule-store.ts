import type { BackupSchedule, ScheduleOf } from "@agentpod/core/volume-backup";
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
      .select({
        ...getTableColumns(backupSchedules),
        tenant: tenants.name,
        pod: pods.name,
        target: backupTargets.name,
        desired: pods.desired,
        status: pods.status,
      })
      .from(backupSchedules)
      .innerJoin(pods, eq(pods.id, backupSchedules.podId))
      .innerJoin(tenants, eq(tenants.id, backupSchedules.tenantId))
      .leftJoin(backupTargets, eq(backupTargets.id, backupSchedules.targetId))
      .where(and(visible, where))
      .orderBy(asc(tenants.name), asc(pods.name), asc(backupSchedules.unit));
    return rows.map(({ unit, desired, status, nextAt, nextDrillAt, lastSuccessAt, createdAt, ...row }) => ({
      ...row,
      unit: unit === "" ? null : unit,
      rests: unit !== "" && desired !== "running",
      upSince: status.units.find(({ name, state }) => name === unit && state === "running")?.startedAt ?? null,
      nextAt: nextAt.toISOString(),
      nextDrillAt: nextDrillAt?.toISOString() ?? null,
      lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    }));
  };
  const rowOf = ({ podId, unit }: ScheduleOf) => and(eq(backupSchedules.podId, podId), eq(backupSchedules.unit, unit ?? ""));
  const column = { backup: backupSchedules.nextAt, drill: backupSchedules.nextDrillAt } as const;
  return {
    put: async ({ podId, unit, tenantId, nextAt, nextDrillAt, ...rest }) => {
      const set = { ...rest, nextAt: new Date(nextAt), nextDrillAt: nextDrillAt === null ? null : new Date(nextDrillAt) };
      await db
        .insert(backupSchedules)
        .values({ podId, unit: unit ?? "", tenantId, ...set })
        .onConflictDoUpdate({ target: [backupSchedules.podId, backupSchedules.unit], set: { ...set, failure: null, drillFailure: null } });
    },
    find: async (of) => (await select(rowOf(of)))[0] ?? null,
    list: ({ tenant }) => select(tenant === undefined ? undefined : eq(tenants.name, tenant)),
    take: async (of, kind, dueAt, nextAt) => {
      const taken = await db
        .update(backupSchedules)
        .set(kind === "backup" ? { nextAt: new Date(nextAt) } : { nextDrillAt: new Date(nextAt) })
        // Drivers and clocks tell milliseconds, the database microseconds.
        .where(and(rowOf(of), sql`date_trunc('milliseconds', ${column[kind]}) = ${dueAt}::timestamptz`))
        .returning({ podId: backupSchedules.podId });
      return taken.length > 0;
    },
    note: async (of, kind, failure, at) => {
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
        .where(rowOf(of));
    },
    delete: async (of) => {
      await db.delete(backupSchedules).where(rowOf(of));
    },
  };
}
