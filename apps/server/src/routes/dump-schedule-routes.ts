import { type DumpScheduleView, dumpScheduleView, setDumpScheduleRequest } from "@agentpod/core/api/dump-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { podLabel } from "@agentpod/core/pod";
import { type BackupSchedule, scheduleProblem } from "@agentpod/core/volume-backup";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { requirePostgresUnit } from "../databases/postgres-unit.ts";
import { nextRun } from "../volume-backups/next-run.ts";
import { notePod } from "./note-pod.ts";
import { podParams, tenantParams } from "./path-params.ts";
import { targetNamed } from "./pod-backup-routes.ts";
import { route } from "./route.ts";

const tag = "Databases";
const path = "/tenants/{tenant}/pods/{pod}/databases/{unit}/dump-schedule";
const params = podParams.extend({ unit: name });

function show(schedule: BackupSchedule, now: Date): DumpScheduleView {
  const { tenant, pod, unit, cron, timeZone, target, keep, drillCron, nextAt, nextDrillAt, lastSuccessAt } = schedule;
  return {
    ...{
      tenant,
      pod,
      unit: unit ?? "",
      cron,
      timeZone,
      target,
      keep,
      checkCron: drillCron,
      nextAt,
      nextCheckAt: nextDrillAt,
      lastSuccessAt,
    },
    problem: scheduleProblem(schedule, now),
  };
}

export const dumpScheduleRoutes = [
  route({
    id: "listDumpSchedules",
    method: "get",
    path: "/tenants/{tenant}/dump-schedules",
    tag,
    summary: "When dumps of a tenant's databases are made by themselves, and what is wrong with them",
    access: needs("backup.read"),
    params: tenantParams,
    answer: { status: 200, schema: z.array(dumpScheduleView), description: "By pod and unit" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        const found = await store.backupSchedules.list({ tenant: params.tenant });
        return found.filter(({ unit }) => unit !== null).map((schedule) => show(schedule, deps.clock()));
      }),
  }),
  route({
    id: "getDumpSchedule",
    method: "get",
    path,
    tag,
    summary: "When dumps of a database are made by themselves, and what is wrong with them",
    access: needs("backup.read"),
    params,
    answer: { status: 200, schema: dumpScheduleView, description: "The schedule" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const found = await store.backupSchedules.find({ podId: pod.id, unit: params.unit });
        if (found === null) throw new AppError("not_found", `No dumps of ${params.unit} of ${podLabel(pod)} are made by themselves.`);
        return show(found, deps.clock());
      }),
  }),
  route({
    id: "setDumpSchedule",
    method: "put",
    path,
    tag,
    summary: "Say when dumps of a PostgreSQL are made by themselves, how many are kept, and when the newest is tried out once more",
    access: needs("backup.write"),
    audit: "pod.dump_schedule_set",
    params,
    body: setDumpScheduleRequest,
    answer: { status: 200, schema: dumpScheduleView, description: "The schedule" },
    handle: ({ params, body, deps, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const { unit } = params;
        requirePostgresUnit(pod, unit);
        const now = deps.clock();
        const { target, cron, timeZone, keep, checkCron } = body;
        await store.backupSchedules.put({
          ...{ podId: pod.id, unit, tenantId: pod.tenantId, targetId: await targetNamed(store, params.tenant, target) },
          ...{ cron, timeZone, live: true, keep, drillCron: checkCron },
          nextAt: nextRun(cron, timeZone, now).toISOString(),
          nextDrillAt: checkCron === null ? null : nextRun(checkCron, timeZone, now, "checkCron").toISOString(),
        });
        const stored = await store.backupSchedules.find({ podId: pod.id, unit });
        if (stored === null) throw new AppError("internal", "The schedule was not stored.");
        note(
          notePod(pod, `dumps of ${unit} of ${podLabel(pod)} are made by ${cron} in ${timeZone}`, {
            unit,
            cron,
            timeZone,
            keep,
            checkCron,
          }),
        );
        return show(stored, now);
      }),
  }),
  route({
    id: "deleteDumpSchedule",
    method: "delete",
    path,
    tag,
    summary: "Make no more dumps of a database by themselves; those there are stay",
    access: needs("backup.write"),
    audit: "pod.dump_schedule_removed",
    params,
    answer: { status: 204, description: "It is gone" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        await store.backupSchedules.delete({ podId: pod.id, unit: params.unit });
        note(notePod(pod, `dumps of ${params.unit} of ${podLabel(pod)} are no longer made by themselves`, { unit: params.unit }));
      }),
  }),
];
