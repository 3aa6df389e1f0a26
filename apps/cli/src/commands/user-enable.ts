import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [user = ""]: string[]): Promise<void> {
  await (await cli.client()).users.enable(user);
  cli.out.show({ user, disabled: false }, `${user} may log in again.`);
}
