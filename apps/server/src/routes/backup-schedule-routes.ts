import { type BackupScheduleView, backupScheduleView, setBackupScheduleRequest } from "@agentpod/core/api/pod-backup-view";
import { AppError } from "@agentpod/core/errors";
import { podLabel } from "@agentpod/core/pod";
import { type BackupSchedule, scheduleProblem } from "@agentpod/core/volume-backup";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { nextRun } from "../volume-backups/next-run.ts";
import { notePod } from "./note-pod.ts";
import { podParams, tenantParams } from "./path-params.ts";
import { targetNamed } from "./pod-backup-routes.ts";
import { route } from "./route.ts";

const tag = "Backups of pods";

function show(schedule: BackupSchedule, now: Date): BackupScheduleView {
  const { tenant, pod, cron, timeZone, target, live, keep, drillCron, nextAt, nextDrillAt, lastSuccessAt } = schedule;
  const problem = scheduleProblem(schedule, now);
  return { tenant, pod, cron, timeZone, target, live, keep, drillCron, nextAt, nextDrillAt, lastSuccessAt, problem };
}

export const backupScheduleRoutes = [
  route({
    id: "listBackupSchedules",
    method: "get",
    path: "/tenants/{tenant}/backup-schedules",
    tag,
    summary: "When backups of a tenant's pods are made by themselves, and what is wrong with them",
    access: needs("backup.read"),
    params: tenantParams,
    answer: { status: 200, schema: z.array(backupScheduleView), description: "By pod" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        return (await store.backupSchedules.list({ tenant: params.tenant }))
          .filter(({ unit }) => unit === null)
          .map((schedule) => show(schedule, deps.clock()));
      }),
  }),
  route({
    id: "getBackupSchedule",
    method: "get",
    path: "/tenants/{tenant}/pods/{pod}/backup-schedule",
    tag,
    summary: "When backups of a pod are made by themselves, and what is wrong with them",
    access: needs("backup.read"),
    params: podParams,
    answer: { status: 200, schema: backupScheduleView, description: "The schedule" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const found = await store.backupSchedules.find({ podId: pod.id, unit: null });
        if (found === null) throw new AppError("not_found", `No backups of ${podLabel(pod)} are made by themselves.`);
        return show(found, deps.clock());
      }),
  }),
  route({
    id: "setBackupSchedule",
    method: "put",
    path: "/tenants/{tenant}/pods/{pod}/backup-schedule",
    tag,
    summary: "Say when backups of a pod are made by themselves, how many are kept, and when the restore is rehearsed",
    access: needs("backup.write"),
    audit: "pod.backup_schedule_set",
    params: podParams,
    body: setBackupScheduleRequest,
    answer: { status: 200, schema: backupScheduleView, description: "The schedule" },
    handle: ({ params, body, deps, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const now = deps.clock();
        const { target, cron, timeZone, live, keep, drillCron } = body;
        await store.backupSchedules.put({
          ...{ podId: pod.id, unit: null, tenantId: pod.tenantId, targetId: await targetNamed(store, params.tenant, target) },
          ...{ cron, timeZone, live, keep, drillCron },
          nextAt: nextRun(cron, timeZone, now).toISOString(),
          nextDrillAt: drillCron === null ? null : nextRun(drillCron, timeZone, now, "drillCron").toISOString(),
        });
        const stored = await store.backupSchedules.find({ podId: pod.id, unit: null });
        if (stored === null) throw new AppError("internal", "The schedule was not stored.");
        note(notePod(pod, `backups of ${podLabel(pod)} are made by ${cron} in ${timeZone}`, { cron, timeZone, keep, drillCron }));
        return show(stored, now);
      }),
  }),
  route({
    id: "deleteBackupSchedule",
    method: "delete",
    path: "/tenants/{tenant}/pods/{pod}/backup-schedule",
    tag,
    summary: "Make no more backups of a pod by themselves; those there are stay",
    access: needs("backup.write"),
    audit: "pod.backup_schedule_removed",
    params: podParams,
    answer: { status: 204, description: "It is gone" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        await store.backupSchedules.delete({ podId: pod.id, unit: null });
        note(notePod(pod, `backups of ${podLabel(pod)} are no longer made by themselves`));
      }),
  }),
];
