import type { BackupScheduleView, PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { age, printable } from "./format-values.ts";

const ways = { stopped: "while the pod stood still", live: "while the pod ran", command: "by its own command" } as const;

/** A backup of a pod's volumes for people. */
export function describePodBackup({
  id,
  tenant,
  pod,
  state,
  message,
  target,
  object,
  bytes,
  volumes,
  createdAt,
  verifiedAt,
  drill,
}: PodBackupView): string {
  return [
    `Backup ${id} of ${tenant}/${pod}`,
    `state     ${state}${message === "" ? "" : `: ${printable(message)}`}`,
    `made      ${createdAt} (${age(createdAt)} ago)`,
    `lies at   ${target ?? "the home of AgentPod"}: ${object}${bytes === null ? "" : `, ${kilobytes(bytes)}`}`,
    `read back ${verifiedAt === null ? "never" : `${age(verifiedAt)} ago, and was whole`}`,
    ...volumes.map(
      ({ unit, volume, how, entries, bytes: size }) =>
        `volume    ${unit}/${volume}: ${entries} files and folders, ${kilobytes(size)}, copied ${ways[how]}`,
    ),
    `drill     ${drill === null ? "never" : `${age(drill.at)} ago ${drill.isPassed ? "passed" : "FAILED"} in ${drill.seconds} s: ${printable(drill.message)}`}`,
  ].join("\n");
}

/** When backups of a pod are made by themselves. */
export function describeSchedule({
  tenant,
  pod,
  cron,
  timeZone,
  target,
  live,
  keep,
  drillCron,
  nextAt,
  nextDrillAt,
  lastSuccessAt,
  problem,
}: BackupScheduleView): string {
  const { last, daily, weekly, monthly } = keep;
  return [
    `Backups of ${tenant}/${pod} are made by "${cron}" (${timeZone}) to ${target ?? "the home of AgentPod"}${live ? ", while it runs" : ""}.`,
    `Kept are the last ${last}, and of ${daily} days, ${weekly} weeks and ${monthly} months the newest each.`,
    `next      ${nextAt}`,
    `last      ${lastSuccessAt ?? "none yet"}`,
    `drill     ${drillCron === null ? "never" : `by "${drillCron}", next ${nextDrillAt}`}`,
    ...(problem === null ? [] : [`problem   ${printable(problem)}`]),
  ].join("\n");
}

export const kilobytes = (bytes: number): string =>
  bytes < 10_000_000 ? `${Math.ceil(bytes / 1024)} kB` : `${Math.round(bytes / 1024 / 1024)} MB`;
