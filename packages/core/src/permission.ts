/** The one permission table: what API, CLI and dashboard ask for. */
export const permissions = [
  "tenant.read",
  "tenant.create",
  "tenant.delete",
  "pod.read",
  "pod.write",
  "pod.delete",
  "pod.exec",
  "pod.logs",
  "secret.reveal",
  "template.read",
  "template.write",
  "artifact.write",
  "domain.read",
  "domain.write",
  "certificate.write",
  "event.read",
  "alert.read",
  "alert.write",
  "llm.read",
  "llm.write",
  "backup.read",
  "backup.write",
  "token.manage",
  "member.read",
  "member.manage",
  "member.owner",
  "user.manage",
  "platform.read",
  "platform.reconcile",
  "platform.gateway",
  "platform.settings",
  "platform.adopt",
] as const;

export type Permission = (typeof permissions)[number];

/** These mean nothing within one tenant. */
export const platformPermissions: readonly Permission[] = [
  "tenant.create",
  "tenant.delete",
  "user.manage",
  "platform.read",
  "platform.reconcile",
  "platform.gateway",
  "platform.settings",
  "platform.adopt",
];

const viewer: Permission[] = [
  "tenant.read",
  "pod.read",
  "pod.logs",
  "template.read",
  "domain.read",
  "event.read",
  "alert.read",
  "llm.read",
  "backup.read",
  "member.read",
];
const operator: Permission[] = [
  ...viewer,
  "pod.write",
  "pod.delete",
  "pod.exec",
  "artifact.write",
  "backup.write",
  "domain.write",
  "certificate.write",
];
const admin: Permission[] = [...operator, "template.write", "secret.reveal", "alert.write", "llm.write", "token.manage", "member.manage"];
/** Makes and unmakes owners. */
const owner: Permission[] = [...admin, "member.owner"];

/** Roles are shorthands. `platform` is the first admin: everything, in every tenant. */
export const roles = { viewer, operator, admin, owner, platform: [...permissions] } as const satisfies Record<
  string,
  readonly Permission[]
>;

export type Role = keyof typeof roles;

/** What a user can be in a tenant. */
export const tenantRoles = ["viewer", "operator", "admin", "owner"] as const;

export type TenantRole = (typeof tenantRoles)[number];

/** What somebody may do in one tenant. */
export interface TenantGrant {
  tenantId: string;
  /** The tenant's name. */
  tenant: string;
  /** Null for a token, which has permissions and no role. */
  role: TenantRole | null;
  permissions: ReadonlySet<Permission>;
}

/** Who is asking, and what they may do. */
export interface Principal {
  /** For audit: `user:<id>`, `token:<id>` or `system`. */
  actor: string;
  /** On whose behalf; null for a token of the installation's own. */
  userId: string | null;
  /** How they proved it. */
  by: "token" | "session" | "jwt" | "nobody";
  /** Id of the login that a session or JWT stands for; null for tokens. */
  sessionId: string | null;
  /** Ids of the tenants whose rows are seen; "*" is every tenant. */
  tenants: "*" | readonly string[];
  /** What they may do in at least one of these; what in which, `grants` says. */
  permissions: ReadonlySet<Permission>;
  /** Null where `permissions` hold in every one of `tenants`. */
  grants: readonly TenantGrant[] | null;
}

/** The same principal with those tenants alone in which the permission is held (all of them for null). */
export function principalFor(principal: Principal, permission: Permission | null): Principal {
  if (permission === null || principal.grants === null) return principal;
  const grants = principal.grants.filter((grant) => grant.permissions.has(permission));
  return { ...principal, grants, tenants: grants.map((grant) => grant.tenantId) };
}

/** What the principal may do in a tenant (id), or with null in the installation as a whole. */
export function permissionsIn(principal: Principal, tenantId: string | null): ReadonlySet<Permission> {
  if (principal.tenants === "*") return principal.permissions;
  if (tenantId === null || !principal.tenants.includes(tenantId)) return new Set();
  return principal.grants === null
    ? principal.permissions
    : (principal.grants.find((grant) => grant.tenantId === tenantId)?.permissions ?? new Set());
}

/** Whether somebody with these permissions in a tenant may give, change or take away a membership of that role there. */
export function mayManageRole(held: ReadonlySet<Permission>, role: TenantRole): boolean {
  return held.has("member.manage") && (role !== "owner" || held.has("member.owner"));
}
