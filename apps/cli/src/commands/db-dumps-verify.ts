import type { Cli } from "../cli.ts";
import { describeDump } from "../describe-dump.ts";
import { findDump } from "../find-dump.ts";
import { finishOperation } from "../finish-operation.ts";

export async function run(cli: Cli, [name = "", id]: string[], { wait }: { wait: boolean }): Promise<void> {
  const dump = await findDump(cli, name, id);
  const { databases } = await cli.client();
  const begun = await databases.verifyDump(dump.tenant, dump.id);
  if (!wait) return cli.out.show(begun, `The dump is being tried out: agentpod operation watch ${begun.operation}`);
  await finishOperation(cli, begun.operation);
  const verified = await databases.dump(dump.tenant, dump.id);
  cli.out.show(verified, describeDump(verified));
}
