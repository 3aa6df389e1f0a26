import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { describeDumpSchedule } from "../describe-dump.ts";
import { findDatabase, requirePostgres } from "../find-database.ts";

export interface Options {
  unit?: string;
  cron?: string;
  timeZone?: string;
  target?: string;
  keepLast?: number;
  keepDaily?: number;
  keepWeekly?: number;
  keepMonthly?: number;
  check?: string;
  off?: boolean;
}

/** Without options it shows the schedule. */
export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const { cron, timeZone, target, keepLast, keepDaily, keepWeekly, keepMonthly, check, off = false } = options;
  const client = await cli.client();
  const found = await findDatabase(client, name, options.unit);
  requirePostgres(found, "agentpod db schedule");
  const { tenant, pod, unit } = found;
  if (off) {
    await client.databases.deleteDumpSchedule(tenant, pod, unit);
    return cli.out.show({ tenant, pod, unit, schedule: null }, `Dumps of ${name} are no longer made by themselves; those there are stay.`);
  }
  if (cron === undefined) {
    if ([timeZone, target, keepLast, keepDaily, keepWeekly, keepMonthly, check].some((value) => value !== undefined))
      throw new AppError("invalid", 'say when with --cron, such as --cron "0 3 * * *"');
    const schedule = await client.databases.dumpSchedule(tenant, pod, unit);
    return cli.out.show(schedule, describeDumpSchedule(schedule));
  }
  const schedule = await client.databases.setDumpSchedule(tenant, pod, unit, {
    cron,
    keep: {
      ...(keepLast !== undefined && { last: keepLast }),
      ...(keepDaily !== undefined && { daily: keepDaily }),
      ...(keepWeekly !== undefined && { weekly: keepWeekly }),
      ...(keepMonthly !== undefined && { monthly: keepMonthly }),
    },
    ...(timeZone !== undefined && { timeZone }),
    ...(target !== undefined && { target }),
    ...(check !== undefined && { checkCron: check }),
  });
  cli.out.show(schedule, describeDumpSchedule(schedule));
}
