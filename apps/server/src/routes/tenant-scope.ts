import type { Principal } from "@agentpod/core/permission";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { requirePlatform } from "../auth/access.ts";

/**
 * The tenant something is meant for: the one named, else the only one the token has, else (null) the whole
 * installation. `not_found` for one the token does not see.
 */
export async function tenantScope(store: Store, principal: Principal, named: string | undefined): Promise<Tenant | null> {
  if (named !== undefined) return store.tenants.get(named);
  if (principal.tenants === "*") return null;
  const visible = await store.tenants.list();
  return visible.length === 1 ? (visible[0] ?? null) : null;
}

/** The same for writing: what belongs to the whole installation needs a token for every tenant. */
export async function tenantOrPlatform(
  store: Store,
  principal: Principal,
  named: string | undefined,
  what: string,
): Promise<Tenant | null> {
  const tenant = await tenantScope(store, principal, named);
  if (tenant === null) requirePlatform(principal, what);
  return tenant;
}
