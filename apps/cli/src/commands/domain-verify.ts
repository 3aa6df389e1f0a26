import type { VerifyDomainRequest } from "@agentpod/core/api/domain-view";
import type { Cli } from "../cli.ts";
import { describeDomain } from "../describe-domain.ts";

export interface Options {
  method?: VerifyDomainRequest["method"];
}

export async function run(cli: Cli, [tenant = "", name = ""]: string[], { method }: Options): Promise<void> {
  if (method === "trusted") await cli.confirm(`Take ${name} as ${tenant}'s without a proof?`);
  const domain = await (await cli.client()).domains.verify(tenant, name, method === undefined ? {} : { method });
  cli.out.show(domain, describeDomain(domain));
}
