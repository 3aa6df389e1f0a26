import { type AppError, toAppError } from "@agentpod/core/errors";
import { isEnded } from "@agentpod/core/operation";
import { podLabel } from "@agentpod/core/pod";
import { backupsToDrop } from "@agentpod/core/retention";
import type { Store } from "@agentpod/core/store";
import { type BackupSchedule, backupMissedMs, isLate, type VolumeBackup } from "@agentpod/core/volume-backup";
import { forget } from "../databases/check-steps.ts";
import { queueDump, queueDumpCheck } from "../databases/queue-dump.ts";
import { type Sweeps, startSweeps } from "../start-sweeps.ts";
import { dateIn, nextRun } from "./next-run.ts";
import { notePod } from "./note-pod.ts";
import { openTarget } from "./open-target.ts";
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
  const { left, schedules, backups, tenants } = await deps.database.asSystem(async (store) => {
    return {
      left: await releaseAbandoned(store),
      schedules: await store.backupSchedules.list({}),
      backups: await store.volumeBackups.list({}),
      tenants: new Set((await store.tenants.list()).map(({ id }) => id)),
    };
  });
  await clearLeft(deps, left);
  for (const schedule of schedules) {
    await beginDue(deps, schedule, "backup");
    await beginDue(deps, schedule, "drill");
  }
  const old = schedules.flatMap((schedule) =>
    backupsToDrop(
      backups.filter(({ podId, unit }) => podId === schedule.podId && unit === schedule.unit),
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
  const { podId, unit, cron, drillCron, timeZone } = schedule;
  const isBackup = kind === "backup";
  const dueAt = kind === "backup" ? schedule.nextAt : schedule.nextDrillAt;
  const pattern = kind === "backup" ? cron : drillCron;
  const now = deps.clock();
  if (dueAt === null || pattern === null || Date.parse(dueAt) > now.getTime()) return;
  // A database that does not run, asleep or not, is dumped as soon as it does.
  if (unit !== null && (schedule.rests || schedule.upSince === null)) return;
  const nextAt = nextRun(pattern, timeZone, now).toISOString();
  const at = now.toISOString();
  try {
    await deps.database.asSystem(async (store) => {
      if (!(await store.backupSchedules.take(schedule, kind, dueAt, nextAt))) return;
      const pod = await store.pods.getById(podId);
      if (pod.desired === "deleted") return;
      const isMissed = isBackup && isLate(schedule, now) && schedule.failure === null;
      const asked = { target: schedule.targetId, trigger: "schedule" as const, actor: "system", at: now };
      if (isBackup && unit !== null) await queueDump(store, pod, { ...asked, unit });
      else if (isBackup) await queueBackup(store, pod, { ...asked, live: schedule.live });
      else if (!(await queueNewest(store, schedule, at))) return;
      // It wakes who runs operations, too.
      await notePod(store, schedule, {
        type: `pod.${unit === null ? (isBackup ? "backup" : "drill") : isBackup ? "dump" : "dump_check"}_${isMissed ? "missed" : "due"}`,
        result: isMissed ? "failed" : "ok",
        actor: "system",
        message: dueMessage(podLabel(pod), unit, isBackup, isMissed ? dueAt : null),
        data: { dueAt, ...(unit !== null && { unit }) },
      });
    });
  } catch (thrown) {
    const error = toAppError(thrown);
    const { code, message } = error;
    if (code === "unavailable") throw thrown;
    if (waitsItsTurn(error, dueAt, now)) return;
    const failure = { at, message, retryAt: new Date(now.getTime() + retryMs).toISOString() };
    await deps.database.asSystem(async (store) => {
      await store.backupSchedules.take(schedule, kind, dueAt, nextAt);
      await store.backupSchedules.note(schedule, kind, failure, at);
    });
  }
}

/** Another operation has the pod, as one of a schedule for the same minute: it stays due until that has ended, or it counts as missed. */
const waitsItsTurn = ({ code }: AppError, dueAt: string, now: Date): boolean =>
  code === "conflict" && now.getTime() - Date.parse(dueAt) <= backupMissedMs;

/** `missedAt`: when it was due; null: it is due now. */
function dueMessage(label: string, unit: string | null, isBackup: boolean, missedAt: string | null): string {
  if (unit === null && missedAt !== null) return `the backup of ${label} that was due at ${missedAt} was missed and is made now`;
  if (missedAt !== null) return `the dump of ${unit} of ${label} that was due at ${missedAt} was missed and is made now`;
  if (unit === null) return isBackup ? `a backup of ${label} is due` : `a restore drill of ${label} is due`;
  return isBackup ? `a dump of ${unit} of ${label} is due` : `a check of the newest dump of ${unit} of ${label} is due`;
}

/** False where there is nothing to rehearse. */
async function queueNewest(store: Store, schedule: BackupSchedule, at: string): Promise<boolean> {
  const newest = await store.volumeBackups.newest(schedule);
  if (newest !== null && schedule.unit !== null) await queueDumpCheck(store, newest, true, "system");
  else if (newest !== null) await queueDrill(store, newest, schedule.podId, "system");
  else {
    const message =
      schedule.unit === null ? "There is no backup yet that could be restored." : "There is no dump yet that could be restored.";
    const failure = { at, message, retryAt: null };
    await store.backupSchedules.note(schedule, "drill", failure, at);
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
          ...{ type: backup.unit === null ? "pod.backup_pruned" : "pod.dump_pruned", result: "ok" as const, actor: "system" },
          message:
            backup.unit === null
              ? `backup ${backup.id} of ${backup.tenant}/${backup.pod} was removed: its schedule keeps newer ones`
              : `dump ${backup.id} of ${backup.unit} of ${backup.tenant}/${backup.pod} was removed: its schedule keeps newer ones`,
          data: { [backup.unit === null ? "backup" : "dump"]: backup.id },
        }),
      );
  } catch (error) {
    deps.log.warn({ err: error, backup: backup.id }, "a backup could not be removed yet");
  }
}

/** An operation that ended without its last steps leaves nothing standing still, and no backup that is made for ever. */
async function releaseAbandoned(store: Store): Promise<Left> {
  const isOver = async (operation: string | null): Promise<boolean> => {
    if (operation === null) return true;
    const found = await store.operations.get(operation).catch((error: unknown) => {
      if (toAppError(error).code === "not_found") return null;
      throw error;
    });
    return found === null || isEnded(found.state);
  };
  for (const { id, by } of await store.pods.held()) if (await isOver(by)) await store.pods.unhold(id, by, false);
  const left: Left = { files: [], tries: [] };
  for (const backup of await store.volumeBackups.list({})) {
    const { id, state, operationId, checkedBy } = backup;
    if (checkedBy !== null && (await isOver(checkedBy))) left.tries.push(id);
    if (state !== "running" || !(await isOver(operationId))) continue;
    await store.volumeBackups.fail(id, "It was interrupted again and again.");
    left.files.push(backup);
  }
  return left;
}

/** What operations that ended without their last steps may have left: files that nothing names, and databases that dumps were tried out in. */
interface Left {
  files: VolumeBackup[];
  tries: string[];
}

/** What cannot be cleared now is tried again: a database that does not run at the next look, a file at a target that is away never. */
async function clearLeft(deps: VolumeBackupDeps, { files, tries }: Left): Promise<void> {
  for (const { targetId, object } of files)
    await openTarget(deps, targetId)
      .then((target) => target.remove(object))
      .catch((error: unknown) => deps.log.warn({ err: error, object }, "what was left of a backup could not be removed"));
  for (const id of tries)
    await forget(deps, id).catch((error: unknown) =>
      deps.log.warn({ err: error, dump: id }, "a database that a dump was tried out in is still there"),
    );
}
