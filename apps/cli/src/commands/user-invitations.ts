import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [tenant = ""]: string[]): Promise<void> {
  const open = await (await cli.client()).invitations.list(tenant);
  const rows = open.map((invitation) => [invitation.id, invitation.role, invitation.email ?? "anybody", invitation.expiresAt]);
  cli.out.table(open, { head: ["ID", "ROLE", "FOR", "UNTIL"], rows }, `There are no open invitations to ${tenant}.`);
}
