import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [user = ""]: string[]): Promise<void> {
  await cli.confirm(`Delete ${user} with their logins and tokens?`);
  await (await cli.client()).users.delete(user);
  cli.out.show({ user, deleted: true }, `${user} is gone; what they did stays in the events.`);
}
