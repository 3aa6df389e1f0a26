import type { Cli } from "../cli.ts";
import { describeAccess } from "../describe-access.ts";

export async function run(cli: Cli): Promise<void> {
  const access = await (await cli.client()).access.get();
  cli.out.show(access, describeAccess(access));
}
