import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const user = await (await cli.client()).account.rename(name);
  cli.out.show(user, `You are now called ${user.name}.`);
}
