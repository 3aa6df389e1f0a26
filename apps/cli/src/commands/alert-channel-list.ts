import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, _args: string[], { tenant }: Options): Promise<void> {
  const channels = await (await cli.client()).alerts.channels(tenant ?? null);
  const rows = channels.map((c) => [c.name, c.tenant ?? "-", c.kind, c.target, c.language, age(c.createdAt)]);
  cli.out.table(
    channels,
    { head: ["NAME", "TENANT", "KIND", "TARGET", "LANGUAGE", "AGE"], rows },
    "There are no alert channels: nobody is told.",
  );
}
