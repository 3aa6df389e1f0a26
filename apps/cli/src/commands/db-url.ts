import type { Cli } from "../cli.ts";
import { findDatabase } from "../find-database.ts";

export async function run(cli: Cli, [name = ""]: string[], { unit, reveal }: { unit?: string; reveal?: boolean }): Promise<void> {
  const client = await cli.client();
  const found = await findDatabase(client, name, unit);
  const url = reveal ? (await client.databases.reveal(found.tenant, found.pod, found.unit)).url : found.url;
  cli.out.show({ unit: found.unit, url }, url ?? `unit ${found.unit} does not run: it has no address yet`);
}
