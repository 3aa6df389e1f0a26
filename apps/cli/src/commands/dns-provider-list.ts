import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, _args: string[], { tenant }: Options): Promise<void> {
  const providers = await (await cli.client()).dnsProviders.list(tenant ?? null);
  const rows = providers.map((p) => [p.name, p.tenant ?? "-", p.kind, p.zones.join(", "), age(p.createdAt)]);
  cli.out.table(
    providers,
    { head: ["NAME", "TENANT", "KIND", "ZONES", "AGE"], rows },
    "There are no DNS providers. Wildcard certificates need one.",
  );
}
