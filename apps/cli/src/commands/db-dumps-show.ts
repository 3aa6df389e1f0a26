import type { Cli } from "../cli.ts";
import { describeDump } from "../describe-dump.ts";
import { findDump } from "../find-dump.ts";

export async function run(cli: Cli, [name = "", id]: string[]): Promise<void> {
  const dump = await findDump(cli, name, id);
  cli.out.show(dump, describeDump(dump));
}
