import type { Cli } from "../cli.ts";
import { describePodBackup } from "../describe-pod-backup.ts";
import { finishOperation } from "../finish-operation.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  target?: string;
  live?: boolean;
  wait: boolean;
}

export async function run(cli: Cli, [name = ""]: string[], { target, live = false, wait }: Options): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const client = await cli.client();
  const begun = await client.podBackups.create(tenant, pod, { live, ...(target !== undefined && { target }) });
  if (!wait) return cli.out.show(begun, `Backup ${begun.backup} is being made: agentpod operation watch ${begun.operation}`);
  await finishOperation(cli, begun.operation);
  const backup = await client.podBackups.get(tenant, begun.backup);
  cli.out.show(backup, describePodBackup(backup));
}
