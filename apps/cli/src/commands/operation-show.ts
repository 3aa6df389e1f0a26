import type { Cli } from "../cli.ts";
import { describeOperation } from "../describe-operation.ts";

export async function run(cli: Cli, [id = ""]: string[]): Promise<void> {
  const operation = await (await cli.client()).operations.get(id);
  cli.out.show(operation, describeOperation(operation));
}
