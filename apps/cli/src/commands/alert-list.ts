import type { Cli } from "../cli.ts";
import { age, printable } from "../format-values.ts";

export interface Options {
  tenant?: string;
  all?: boolean;
}

export async function run(cli: Cli, _args: string[], { tenant, all = false }: Options): Promise<void> {
  const alerts = await (await cli.client()).alerts.list({ open: !all, ...(tenant === undefined ? {} : { tenant }) });
  const rows = alerts.map((alert) => [alert.state, alert.rule, printable(alert.subjectName), age(alert.since), printable(alert.message)]);
  cli.out.table(alerts, { head: ["STATE", "RULE", "ABOUT", "AGE", "MESSAGE"], rows }, "Nothing is the matter.");
}
