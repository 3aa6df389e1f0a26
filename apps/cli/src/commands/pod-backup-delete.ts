import type { Cli } from "../cli.ts";
import { findPodBackup } from "../find-pod-backup.ts";

export async function run(cli: Cli, [name = "", id = ""]: string[]): Promise<void> {
  const backup = await findPodBackup(cli, name, id);
  await cli.confirm(`Delete the backup of ${name} made ${backup.createdAt}? It cannot be brought back.`);
  await (await cli.client()).podBackups.delete(backup.tenant, backup.id);
  cli.out.show({ id: backup.id, deleted: true }, `Backup ${backup.id} is deleted.`);
}
