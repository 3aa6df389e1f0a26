import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const client = await cli.client();
  const who = await client.whoami();
  const tenants = who.tenants === "*" ? "every tenant" : `tenant ${who.tenants.join(", ")}`;
  cli.out.show({ url: client.baseUrl, ...who }, `${who.actor} at ${client.baseUrl}, for ${tenants}\nMay: ${who.permissions.join(", ")}`);
}
