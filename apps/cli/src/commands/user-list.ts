import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";

export async function run(cli: Cli): Promise<void> {
  const users = await (await cli.client()).users.list();
  const rows = users.map((user) => [
    user.email,
    user.name,
    user.platformAdmin ? "admin" : "",
    user.disabledAt === null ? "may log in" : "disabled",
    user.twoFactor ? "yes" : "no",
    user.lastLoginAt === null ? "never" : `${age(user.lastLoginAt)} ago`,
  ]);
  cli.out.table(users, { head: ["EMAIL", "NAME", "INSTALLATION", "STATE", "2FA", "LAST LOGIN"], rows }, "There are no users.");
}
