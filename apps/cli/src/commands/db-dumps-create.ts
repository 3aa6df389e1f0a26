import type { Cli } from "../cli.ts";
import { describeDump } from "../describe-dump.ts";
import { findDatabase, requirePostgres } from "../find-database.ts";
import { finishOperation } from "../finish-operation.ts";

export interface Options {
  unit?: string;
  target?: string;
  wait: boolean;
}

export async function run(cli: Cli, [name = ""]: string[], { unit: named, target, wait }: Options): Promise<void> {
  const client = await cli.client();
  const found = await findDatabase(client, name, named);
  requirePostgres(found, "agentpod db dumps create");
  const { tenant, pod, unit } = found;
  const begun = await client.databases.createDump(tenant, pod, unit, target === undefined ? {} : { target });
  if (!wait) return cli.out.show(begun, `Dump ${begun.dump} is being made: agentpod operation watch ${begun.operation}`);
  await finishOperation(cli, begun.operation);
  const dump = await client.databases.dump(tenant, begun.dump);
  cli.out.show(dump, describeDump(dump));
}
