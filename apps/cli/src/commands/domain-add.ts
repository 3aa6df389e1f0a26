import type { Cli } from "../cli.ts";
import { describeDomain } from "../describe-domain.ts";

export async function run(cli: Cli, [tenant = "", name = ""]: string[]): Promise<void> {
  const domain = await (await cli.client()).domains.add(tenant, name);
  cli.out.show(domain, describeDomain(domain));
}
