import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [user = ""]: string[]): Promise<void> {
  await cli.confirm(`Disable ${user}? Their logins end at once, and their tokens do nothing.`);
  await (await cli.client()).users.disable(user);
  cli.out.show({ user, disabled: true }, `${user} is out.`);
}
