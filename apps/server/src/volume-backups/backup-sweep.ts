import { toAppError } from "@agentpod/core/errors";
import { isEnded } from "@agentpod/core/operation";
import { podLabel } from "@agentpod/core/pod";
import { backupsToDrop } from "@agentpod/core/retention";
import type { Store } from "@agentpod/core/store";
import { type BackupSchedule, backupMissedMs, type VolumeBackup } from "@agentpod/core/volume-backup";
import { type Sweeps, startSweeps } from "../start-sweeps.ts";
import { dateIn, nextRun } from "./next-run.ts";
import { notePod } from "./note-pod.ts";
import { queueBackup, queueDrill } from "./queue-backup.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";
import { removeBackup } from "./volume-backups.ts";
import { retryMs } from "./workflows.ts";

const everyMs = 30_000;

/**
 * Begins what schedules ask for, removes what is to go, and clears up after operations that ended without doing so themselves.
 * Every control plane runs one; what is due is begun once.
 */
export function startBackupSweep(deps: VolumeBackupDeps): Sweeps {
  return startSweeps({
    // By the clock alone: nothing that happens makes a backup due.
    feed: { subscribe: () => () => undefined },
    everyMs,
    sweep: () => sweepBackups(deps),
    onFailure: (error) => deps.log.warn({ err: error }, "backups of volumes could not be looked at; the next look is due"),
  });
}

export async function sweepBackups(deps: VolumeBackupDeps): Promise<void> {
  const { schedules, backups, tenants } = await deps.database.asSystem(async (store) => {
    await releaseAbandoned(store);
    return {
      schedules: await store.backupSchedules.list({}),
      backups: await store.volumeBackups.list({}),
      tenants: new Set((await store.tenants.list()).map(({ id }) => id)),
    };
  });
  for (const schedule of schedules) {
    await beginDue(deps, schedule, "backup");
    await beginDue(deps, schedule, "drill");
  }
  const old = schedules.flatMap((schedule) =>
    backupsToDrop(
      backups.filter(({ podId }) => podId === schedule.podId),
      schedule.keep,
      dateIn(schedule.timeZone),
    ),
  );
  const isToGo = (backup: VolumeBackup): boolean =>
    backup.state === "deleting" || old.includes(backup) || (backup.state !== "running" && !tenants.has(backup.tenantId));
  for (const backup of backups.filter(isToGo)) await remove(deps, backup, old.includes(backup));
}

/** Takes what is due, so that it is begun once, and queues it; what cannot be queued is told and tried again. */
async function beginDue(deps: VolumeBackupDeps, schedule: BackupSchedule, kind: "backup" | "drill"): Promise<void> {
  const { podId, cron, drillCron, timeZone } = schedule;
  const dueAt = kind === "backup" ? schedule.nextAt : schedule.nextDrillAt;
  const pattern = kind === "backup" ? cron : drillCron;
  const now = deps.clock();
  if (dueAt === null || pattern === null || Date.parse(dueAt) > now.getTime()) return;
  const nextAt = nextRun(pattern, timeZone, now).toISOString();
  const at = now.toISOString();
  try {
    await deps.database.asSystem(async (store) => {
      if (!(await store.backupSchedules.take(podId, kind, dueAt, nextAt))) return;
      const pod = await store.pods.getById(podId);
      if (pod.desired === "deleted") return;
      const isMissed = kind === "backup" && now.getTime() - Date.parse(dueAt) > backupMissedMs && schedule.failure === null;
      if (kind === "backup")
        await queueBackup(store, pod, { target: schedule.targetId, live: schedule.live, trigger: "schedule", actor: "system", at: now });
      else if (!(await queueNewest(store, schedule, at))) return;
      // It wakes who runs operations, too.
      await notePod(store, schedule, {
        type: isMissed ? "pod.backup_missed" : kind === "backup" ? "pod.backup_due" : "pod.drill_due",
        result: isMissed ? "failed" : "ok",
        actor: "system",
        message: isMissed
          ? `the backup of ${podLabel(pod)} that was due at ${dueAt} was missed and is made now`
          : kind === "backup"
            ? `a backup of ${podLabel(pod)} is due`
            : `a restore drill of ${podLabel(pod)} is due`,
        data: { dueAt },
      });
    });
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    if (code === "unavailable") throw thrown;
    const failure = { at, message, retryAt: new Date(now.getTime() + retryMs).toISOString() };
    await deps.database.asSystem(async (store) => {
      await store.backupSchedules.take(podId, kind, dueAt, nextAt);
      await store.backupSchedules.note(podId, kind, failure, at);
    });
  }
}

/** False where there is nothing to rehearse. */
async function queueNewest(store: Store, schedule: BackupSchedule, at: string): Promise<boolean> {
  const newest = await store.volumeBackups.newest(schedule.podId);
  if (newest !== null) await queueDrill(store, newest, schedule.podId, "system");
  else {
    const failure = { at, message: "There is no backup yet that could be restored.", retryAt: null };
    await store.backupSchedules.note(schedule.podId, "drill", failure, at);
  }
  return newest !== null;
}

async function remove(deps: VolumeBackupDeps, backup: VolumeBackup, isOld: boolean): Promise<void> {
  try {
    await deps.database.asSystem((store) => store.volumeBackups.markDeleting(backup.id));
    await removeBackup(deps, backup);
    if (isOld)
      await deps.database.asSystem((store) =>
        notePod(store, backup, {
          ...{ type: "pod.backup_pruned", result: "ok" as const, actor: "system" },
          message: `backup ${backup.id} of ${backup.tenant}/${backup.pod} was removed: its schedule keeps newer ones`,
          data: { backup: backup.id },
        }),
      );
  } catch (error) {
    deps.log.warn({ err: error, backup: backup.id }, "a backup could not be removed yet");
  }
}

/** An operation that ended without its last steps leaves nothing standing still, and no backup that is made for ever. */
async function releaseAbandoned(store: Store): Promise<void> {
  const isOver = async (operation: string | null): Promise<boolean> => {
    if (operation === null) return true;
    const found = await store.operations.get(operation).catch((error: unknown) => {
      if (toAppError(error).code === "not_found") return null;
      throw error;
    });
    return found === null || isEnded(found.state);
  };
  for (const { id, by } of await store.pods.held()) if (await isOver(by)) await store.pods.unhold(id, by, false);
  for (const { id, state, operationId } of await store.volumeBackups.list({}))
    if (state === "running" && (await isOver(operationId))) await store.volumeBackups.fail(id, "It was interrupted again and again.");
}
