import type { DumpScheduleView, DumpView } from "@agentpod/core/api/dump-view";
import { kilobytes } from "./describe-pod-backup.ts";
import { age, printable } from "./format-values.ts";

/** A kept dump for people. */
export function describeDump({
  id,
  tenant,
  pod,
  unit,
  state,
  message,
  target,
  object,
  bytes,
  content,
  createdAt,
  check,
}: DumpView): string {
  const report = check && `${age(check.at)} ago ${check.isPassed ? "passed" : "FAILED"} in ${check.seconds} s: ${printable(check.message)}`;
  return [
    `Dump ${id} of ${unit} of ${tenant}/${pod}`,
    `state     ${state}${message === "" ? "" : `: ${printable(message)}`}`,
    `made      ${createdAt} (${age(createdAt)} ago)`,
    `lies at   ${target ?? "the home of AgentPod"}: ${object}${bytes === null ? "" : `, ${kilobytes(bytes)}`}`,
    ...(content === null
      ? []
      : [`holds     ${content.tables} tables with ${content.rows} rows of ${content.database}, PostgreSQL ${content.version}`]),
    `tried out ${report ?? "never"}`,
  ].join("\n");
}

/** When dumps of a database are made by themselves. */
export function describeDumpSchedule(schedule: DumpScheduleView): string {
  const { tenant, pod, unit, cron, timeZone, target, keep, checkCron, nextAt, nextCheckAt, lastSuccessAt, problem } = schedule;
  const { last, daily, weekly, monthly } = keep;
  return [
    `Dumps of ${unit} of ${tenant}/${pod} are made by "${cron}" (${timeZone}) to ${target ?? "the home of AgentPod"}.`,
    `Kept are the last ${last}, and of ${daily} days, ${weekly} weeks and ${monthly} months the newest each.`,
    `next      ${nextAt}`,
    `last      ${lastSuccessAt ?? "none yet"}`,
    `tried out when made${checkCron === null ? "" : `, and by "${checkCron}", next ${nextCheckAt}`}`,
    ...(problem === null ? [] : [`problem   ${printable(problem)}`]),
  ].join("\n");
}
