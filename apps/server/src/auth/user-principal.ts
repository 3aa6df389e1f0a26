import { type Permission, type Principal, roles } from "@agentpod/core/permission";
import type { Store } from "@agentpod/core/store";

/** What a user may do now; null for one that is gone or disabled. */
export async function userPrincipal(
  store: Pick<Store, "users">,
  userId: string,
  login: { by: "session" | "jwt"; sessionId: string },
): Promise<Principal | null> {
  const access = await store.users.access(userId);
  if (access === null) return null;
  const base = { actor: `user:${userId}`, userId, ...login };
  if (access.user.platformAdmin) return { ...base, tenants: "*", permissions: new Set(roles.platform), grants: null };
  const grants = access.memberships.map(({ tenantId, tenant, role }) => ({
    tenantId,
    tenant,
    role,
    permissions: new Set<Permission>(roles[role]),
  }));
  return {
    ...base,
    tenants: grants.map((grant) => grant.tenantId),
    permissions: new Set(grants.flatMap((grant) => [...grant.permissions])),
    grants,
  };
}
