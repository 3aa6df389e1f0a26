import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [tenant = "", id = ""]: string[]): Promise<void> {
  await (await cli.client()).invitations.revoke(tenant, id);
  cli.out.show({ tenant, id, deleted: true }, `Invitation ${id} is taken back.`);
}
