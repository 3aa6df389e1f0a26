import type { Cli } from "../cli.ts";

export interface Options {
  twoFactor?: boolean;
}

export async function run(cli: Cli, [user = ""]: string[], { twoFactor = false }: Options): Promise<void> {
  const client = await cli.client();
  if (twoFactor) await client.users.removeTwoFactor(user);
  const link = await client.users.passwordLink(user);
  const lost = twoFactor ? "The second factor is gone. " : "";
  cli.out.show(link, `${lost}To choose a new password, once, until ${link.expiresAt}:\n${link.link}`);
}
