import { AppError } from "@agentpod/core/errors";
import { mayManageRole, type Principal, permissionsIn, type TenantRole } from "@agentpod/core/permission";
import type { Store } from "@agentpod/core/store";

/** Throws `forbidden` where the caller may not give, change or take away a membership of one of these roles. */
export function requireManaging(principal: Principal, tenantId: string, ...touched: TenantRole[]): void {
  const held = permissionsIn(principal, tenantId);
  const tooHigh = touched.find((role) => !mayManageRole(held, role));
  if (tooHigh !== undefined) throw new AppError("forbidden", `a membership as ${tooHigh} is for an owner of the tenant to give and take`);
}

/** Throws `conflict` where a tenant that has an owner would have none. An admin of the installation may leave it so. */
export async function keepAnOwner(store: Pick<Store, "members">, principal: Principal, tenantId: string, leaving: string): Promise<void> {
  const owners = await store.members.holdOwners(tenantId);
  if (principal.tenants !== "*" && owners.length === 1 && owners[0] === leaving)
    throw new AppError("conflict", "this is the tenant's last owner: make another member owner first");
}
