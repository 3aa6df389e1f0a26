import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";

export async function run(cli: Cli): Promise<void> {
  const tenants = await (await cli.client()).tenants.list();
  const rows = tenants.map((tenant) => [tenant.name, tenant.state, quotaText(tenant.quota), age(tenant.createdAt)]);
  cli.out.table(
    tenants,
    { head: ["NAME", "STATE", "QUOTA", "AGE"], rows },
    "There are no tenants; create one: agentpod tenant create acme",
  );
}

function quotaText(quota: object): string {
  const parts = Object.entries(quota).map(([key, value]) => `${key}=${value}`);
  return parts.length === 0 ? "-" : parts.join(" ");
}
