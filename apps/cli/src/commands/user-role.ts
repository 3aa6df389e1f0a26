import { AppError } from "@agentpod/core/errors";
import { type TenantRole, tenantRoles } from "@agentpod/core/permission";
import type { Cli } from "../cli.ts";
import { memberId } from "../member-id.ts";

/** In a tenant a role of its own or none; else admin of the installation or none. */
export async function run(cli: Cli, [user = "", role = ""]: string[], { tenant }: { tenant?: string }): Promise<void> {
  const client = await cli.client();
  if (tenant === undefined) {
    if (role !== "admin" && role !== "none")
      throw new AppError("invalid", `without --tenant the role is admin (of the installation) or none, not ${role}`);
    await client.users.setPlatformAdmin(user, role === "admin");
    return cli.out.show(
      { user, platformAdmin: role === "admin" },
      `${user} is ${role === "admin" ? "now" : "no"} admin of the installation.`,
    );
  }
  const id = await memberId(client, tenant, user);
  if (role === "none") await client.members.remove(tenant, id);
  else if (isTenantRole(role)) await client.members.setRole(tenant, id, role);
  else throw new AppError("invalid", `${role} is no role; there is ${tenantRoles.join(", ")}, none`);
  cli.out.show(
    { user, tenant, role },
    role === "none" ? `${user} is no member of ${tenant} any more.` : `${user} is now ${role} of ${tenant}.`,
  );
}

const isTenantRole = (role: string): role is TenantRole => tenantRoles.some((known) => known === role);
