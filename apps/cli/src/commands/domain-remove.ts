import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [tenant = "", name = ""]: string[]): Promise<void> {
  await cli.confirm(`Remove ${name} from ${tenant}?`);
  await (await cli.client()).domains.remove(tenant, name);
  cli.out.show({ tenant, name, removed: true }, `${name} is no longer a domain of ${tenant}.`);
}
