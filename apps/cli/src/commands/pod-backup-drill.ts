import type { Cli } from "../cli.ts";
import { describePodBackup } from "../describe-pod-backup.ts";
import { findPodBackup } from "../find-pod-backup.ts";
import { finishOperation } from "../finish-operation.ts";

export async function run(cli: Cli, [name = "", id]: string[], { wait }: { wait: boolean }): Promise<void> {
  const backup = await findPodBackup(cli, name, id);
  const { podBackups } = await cli.client();
  const begun = await podBackups.drill(backup.tenant, backup.id);
  if (!wait) return cli.out.show(begun, `The restore is being rehearsed: agentpod operation watch ${begun.operation}`);
  await finishOperation(cli, begun.operation);
  const drilled = await podBackups.get(backup.tenant, backup.id);
  cli.out.show(drilled, describePodBackup(drilled));
}
