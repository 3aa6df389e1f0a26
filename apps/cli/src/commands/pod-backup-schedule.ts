import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { describeSchedule } from "../describe-pod-backup.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  cron?: string;
  timeZone?: string;
  target?: string;
  live?: boolean;
  keepLast?: number;
  keepDaily?: number;
  keepWeekly?: number;
  keepMonthly?: number;
  drill?: string;
  off?: boolean;
}

/** Without options it shows the schedule. */
export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const { cron, timeZone, target, live, keepLast, keepDaily, keepWeekly, keepMonthly, drill, off = false } = options;
  const { tenant, pod } = parsePodName(name);
  const { podBackups } = await cli.client();
  if (off) {
    await podBackups.deleteSchedule(tenant, pod);
    return cli.out.show({ tenant, pod, schedule: null }, `Backups of ${name} are no longer made by themselves; those there are stay.`);
  }
  if (cron === undefined) {
    if (Object.values(options).some((value) => value !== undefined && value !== "table" && value !== "json"))
      throw new AppError("invalid", 'say when with --cron, such as --cron "0 3 * * *"');
    const schedule = await podBackups.schedule(tenant, pod);
    return cli.out.show(schedule, describeSchedule(schedule));
  }
  const schedule = await podBackups.setSchedule(tenant, pod, {
    cron,
    keep: {
      ...(keepLast !== undefined && { last: keepLast }),
      ...(keepDaily !== undefined && { daily: keepDaily }),
      ...(keepWeekly !== undefined && { weekly: keepWeekly }),
      ...(keepMonthly !== undefined && { monthly: keepMonthly }),
    },
    ...(timeZone !== undefined && { timeZone }),
    ...(target !== undefined && { target }),
    ...(live !== undefined && { live }),
    ...(drill !== undefined && { drillCron: drill }),
  });
  cli.out.show(schedule, describeSchedule(schedule));
}
