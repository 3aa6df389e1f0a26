import type { Cli } from "../cli.ts";
import { describePodBackup } from "../describe-pod-backup.ts";
import { findPodBackup } from "../find-pod-backup.ts";

export async function run(cli: Cli, [name = "", id]: string[]): Promise<void> {
  const { tenant, id: backup } = await findPodBackup(cli, name, id);
  const verified = await (await cli.client()).podBackups.verify(tenant, backup);
  cli.out.show(verified, `It is whole.\n${describePodBackup(verified)}`);
}
