import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant }: Options): Promise<void> {
  await cli.confirm(`Remove LLM provider ${name}? Pods that ask for its models get an error, unless another provider has them.`);
  await (await cli.client()).llmProviders.remove(tenant ?? null, name);
  cli.out.show({ name, tenant: tenant ?? null, removed: true }, `LLM provider ${name} is removed.`);
}
