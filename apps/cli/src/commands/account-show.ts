import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";

export async function run(cli: Cli): Promise<void> {
  const user = await (await cli.client()).account.get();
  const lines = [
    `${user.name} <${user.email}>${user.platformAdmin ? ", admin of the installation" : ""}`,
    `Second factor: ${user.twoFactor ? "in force" : "none"}`,
    `Last login: ${user.lastLoginAt === null ? "never" : `${age(user.lastLoginAt)} ago`}`,
  ];
  cli.out.show(user, lines.join("\n"));
}
