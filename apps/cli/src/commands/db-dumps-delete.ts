import type { Cli } from "../cli.ts";
import { findDump } from "../find-dump.ts";

export async function run(cli: Cli, [name = "", id = ""]: string[]): Promise<void> {
  const dump = await findDump(cli, name, id);
  await cli.confirm(`Delete the dump of ${name} made ${dump.createdAt}? It cannot be brought back.`);
  await (await cli.client()).databases.deleteDump(dump.tenant, dump.id);
  cli.out.show({ id: dump.id, deleted: true }, `Dump ${dump.id} is deleted.`);
}
