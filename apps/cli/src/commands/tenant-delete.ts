import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [name = ""]: string[], { force = false }: { force?: boolean }): Promise<void> {
  const client = await cli.client();
  await cli.confirm(`Delete tenant ${name}${force ? " with all its pods and their data" : ""}?`);
  const pods = await client.pods.list(name);
  const tenant = await client.tenants.delete(name, force);
  cli.out.show(
    tenant,
    pods.length === 0 ? `Tenant ${name} is gone.` : `Tenant ${name} is being deleted; it goes with the last of its pods.`,
  );
}
