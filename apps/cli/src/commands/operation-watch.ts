import type { Cli } from "../cli.ts";
import { followOperation } from "../follow-operation.ts";

export async function run(cli: Cli, [id = ""]: string[]): Promise<void> {
  await followOperation(cli, id);
}
