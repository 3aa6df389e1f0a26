import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant }: Options): Promise<void> {
  await cli.confirm(`Remove alert channel ${name}, with what is still to be told to it?`);
  await (await cli.client()).alerts.removeChannel(tenant ?? null, name);
  cli.out.show({ name, tenant: tenant ?? null, removed: true }, `Alert channel ${name} is removed.`);
}
