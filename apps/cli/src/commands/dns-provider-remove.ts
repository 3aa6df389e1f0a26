import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant }: Options): Promise<void> {
  await cli.confirm(`Remove DNS provider ${name}? Wildcard certificates of its zones can then not be renewed.`);
  await (await cli.client()).dnsProviders.remove(tenant ?? null, name);
  cli.out.show({ name, tenant: tenant ?? null, removed: true }, `DNS provider ${name} is removed.`);
}
