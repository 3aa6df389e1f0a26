import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const client = await cli.client();
  const who = await client.whoami();
  const name = who.user === null ? who.actor : `${who.user.email}${who.user.platformAdmin ? ", admin of the installation," : ""}`;
  const tenants = who.tenants === "*" ? "every tenant" : who.tenants.length === 0 ? "no tenant" : `tenant ${who.tenants.join(", ")}`;
  const rights = (who.grants ?? []).map(
    (grant) => `In ${grant.tenant}${grant.role === null ? "" : ` as ${grant.role}`}: ${grant.permissions.join(", ")}`,
  );
  const may = who.grants === null ? [`May: ${who.permissions.join(", ")}`] : rights;
  cli.out.show({ url: client.baseUrl, ...who }, [`${name} at ${client.baseUrl}, for ${tenants}`, ...may].join("\n"));
}
