import type { Cli } from "../cli.ts";
import { age, printable } from "../format-values.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, _args: string[], { tenant }: Options): Promise<void> {
  const deliveries = await (await cli.client()).alerts.deliveries(tenant === undefined ? {} : { tenant });
  const rows = deliveries.map((d) =>
    [d.channel, d.phase, printable(d.subject), d.state, d.attempts, age(d.createdAt), d.error].map(String),
  );
  cli.out.table(
    deliveries,
    { head: ["CHANNEL", "PHASE", "ABOUT", "STATE", "TRIES", "AGE", "ERROR"], rows },
    "Nothing was told to any channel.",
  );
}
