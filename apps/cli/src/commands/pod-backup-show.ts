import type { Cli } from "../cli.ts";
import { describePodBackup } from "../describe-pod-backup.ts";
import { findPodBackup } from "../find-pod-backup.ts";

export async function run(cli: Cli, [name = "", id]: string[]): Promise<void> {
  const backup = await findPodBackup(cli, name, id);
  cli.out.show(backup, describePodBackup(backup));
}
