import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [backup = ""]: string[]): Promise<void> {
  await cli.confirm(`Delete backup ${backup}? It cannot be brought back.`);
  await (await cli.client()).backups.delete(backup);
  cli.out.show({ name: backup, deleted: true }, `Backup ${backup} is deleted.`);
}
