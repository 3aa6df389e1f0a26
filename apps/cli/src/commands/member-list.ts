import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [tenant = ""]: string[]): Promise<void> {
  const members = await (await cli.client()).members.list(tenant);
  const rows = members.map((member) => [member.email, member.name, member.role, member.disabled ? "disabled" : "may log in"]);
  cli.out.table(members, { head: ["EMAIL", "NAME", "ROLE", "STATE"], rows }, `${tenant} has no members.`);
}
