import type { Cli } from "../cli.ts";

export interface Options {
  pods?: number;
  cpus?: number;
  memoryMb?: number;
}

export async function run(cli: Cli, [name = ""]: string[], { pods, cpus, memoryMb }: Options): Promise<void> {
  const quota = Object.fromEntries(Object.entries({ pods, cpus, memoryMb }).filter(([, value]) => value !== undefined));
  const tenant = await (await cli.client()).tenants.create({ name, quota });
  cli.out.show(tenant, `Tenant ${tenant.name} is there. Next: agentpod pod create ${tenant.name}/web --template hello --wait`);
}
