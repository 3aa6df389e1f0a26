import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [name = ""]: string[], { tenant }: { tenant?: string }): Promise<void> {
  await cli.confirm(`Remove backup target ${name}? What lies there stays.`);
  await (await cli.client()).podBackups.deleteTarget(tenant ?? null, name);
  cli.out.show({ name, removed: true }, `Backup target ${name} is removed.`);
}
