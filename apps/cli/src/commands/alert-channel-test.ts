import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant }: Options): Promise<void> {
  await (await cli.client()).alerts.testChannel(tenant ?? null, name);
  cli.out.show({ name, tenant: tenant ?? null, taken: true }, `Alert channel ${name} took the test notice.`);
}
