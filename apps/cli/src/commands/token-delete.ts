import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [id = ""]: string[]): Promise<void> {
  const client = await cli.client();
  await cli.confirm(`Revoke token ${id}? Who uses it is locked out.`);
  await client.tokens.delete(id);
  cli.out.show({ id, deleted: true }, `Token ${id} is revoked.`);
}
