import type { DomainSummary } from "@agentpod/core/api/domain-view";
import type { Cli } from "../cli.ts";
import { age, printable } from "../format-values.ts";

export async function run(cli: Cli, [tenant = ""]: string[]): Promise<void> {
  const domains = await (await cli.client()).domains.list(tenant);
  const seen = (domain: DomainSummary) => (domain.checkedAt === null ? "never" : `${age(domain.checkedAt)} ago`);
  const rows = domains.map((d) => [d.unicode, d.state, d.method ?? "-", seen(d), printable(d.message)]);
  cli.out.table(
    domains,
    { head: ["DOMAIN", "STATE", "SHOWN BY", "CHECKED", "MESSAGE"], rows },
    `${tenant} has no domains. Add one: agentpod domain add ${tenant} example.com`,
  );
}
