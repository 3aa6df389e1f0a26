import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [tenant = "", id = ""]: string[]): Promise<void> {
  await cli.confirm(`Delete certificate ${id} of ${tenant}? Its names are served another one, or none.`);
  await (await cli.client()).certificates.delete(tenant, id);
  cli.out.show({ tenant, id, deleted: true }, `Certificate ${id} is deleted.`);
}
