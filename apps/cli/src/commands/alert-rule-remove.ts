import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant }: Options): Promise<void> {
  await cli.confirm(`Remove alert rule ${name}?`);
  await (await cli.client()).alerts.removeRule(tenant ?? null, name);
  cli.out.show({ name, tenant: tenant ?? null, removed: true }, `Alert rule ${name} is removed.`);
}
