import type { CreateInvitationRequest } from "@agentpod/core/api/invitation-view";
import type { Cli } from "../cli.ts";

export interface Options {
  role: CreateInvitationRequest["role"];
  email?: string;
  days?: number;
}

export async function run(cli: Cli, [tenant = ""]: string[], { role, email, days }: Options): Promise<void> {
  const made = await (await cli.client()).invitations.create(tenant, {
    role,
    ...(email === undefined ? {} : { email }),
    ...(days === undefined ? {} : { days }),
  });
  const whom = email ?? "whoever has the link";
  cli.out.show(made, `To join ${tenant} as ${role}, once, until ${made.link.expiresAt}, for ${whom}:\n${made.link.link}`);
}
