import { type Permission, type Principal, roles } from "@agentpod/core/permission";
import type { Store, Token } from "@agentpod/core/store";

/** Who a token stands for: as it says, and where it belongs to a user, no more than they may now. Null when that is nothing at all. */
export async function tokenPrincipal(store: Pick<Store, "users">, token: Token): Promise<Principal | null> {
  const own = new Set(token.permissions);
  const base = { actor: `token:${token.id}`, userId: token.ownerId, by: "token", sessionId: null } as const;
  const tenants = token.tenantId === null ? "*" : [token.tenantId];
  if (token.ownerId === null) return { ...base, tenants, permissions: own, grants: null };
  const access = await store.users.access(token.ownerId);
  if (access === null) return null;
  if (access.user.platformAdmin) return { ...base, tenants, permissions: own, grants: null };
  const memberships = access.memberships.filter((membership) => token.tenantId === null || membership.tenantId === token.tenantId);
  if (memberships.length === 0) return null;
  const grants = memberships.map(({ tenantId, tenant, role }) => ({
    tenantId,
    tenant,
    role: null,
    permissions: new Set<Permission>(roles[role].filter((permission) => own.has(permission))),
  }));
  return {
    ...base,
    tenants: grants.map((grant) => grant.tenantId),
    permissions: new Set(grants.flatMap((grant) => [...grant.permissions])),
    grants,
  };
}
