import type { Cli } from "../cli.ts";
import { readText } from "../read-text.ts";

export interface Options {
  name?: string;
  admin?: boolean;
  passwordFile?: string;
}

export async function run(cli: Cli, [email = ""]: string[], { name, admin = false, passwordFile }: Options): Promise<void> {
  const password = passwordFile === undefined ? undefined : (await readText(passwordFile)).replace(/\r?\n$/, "");
  const made = await (await cli.client()).users.create({
    email,
    platformAdmin: admin,
    ...(name === undefined ? {} : { name }),
    ...(password === undefined ? {} : { password }),
  });
  const { passwordLink } = made;
  const how = passwordLink === null ? "" : `\nTo choose a password, once, until ${passwordLink.expiresAt}:\n${passwordLink.link}`;
  cli.out.show(made, `User ${made.user.email} (${made.user.id}) is there.${how}`);
}
