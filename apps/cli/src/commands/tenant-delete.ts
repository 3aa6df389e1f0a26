import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [name = ""]: string[], { force = false }: { force?: boolean }): Promise<void> {
  const client = await cli.client();
  await cli.confirm(`Delete tenant ${name}${force ? " with all its pods and their data" : ""}?`);
  const tenant = await client.tenants.delete(name, force);
  cli.out.show(tenant, `Tenant ${name} is being deleted; it goes with the last of its pods.`);
}
