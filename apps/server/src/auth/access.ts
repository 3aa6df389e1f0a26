import { AppError } from "@agentpod/core/errors";
import { type Permission, type Principal, permissionsIn, principalFor } from "@agentpod/core/permission";

/** What a route asks of its caller. There is no default: every route says one of these. */
export type Access =
  | { kind: "permission"; permission: Permission }
  /** Any valid token or login. */
  | { kind: "authenticated" }
  /** Somebody who has logged in, for what is their own; no token, whatever it may. */
  | { kind: "login" }
  /** Anyone; `because` says why that is safe. */
  | { kind: "public"; because: string }
  /** A token that is good for this alone, which the route looks at by itself. */
  | { kind: "own-token"; because: string };

export const needs = (permission: Permission): Access => ({ kind: "permission", permission });

/** Throws `forbidden` unless the principal may, somewhere. Which rows it sees is the database's part. */
export function requireAccess(principal: Principal, access: Access): void {
  if (access.kind === "permission" && !principal.permissions.has(access.permission)) throw lacks(access.permission);
  if (access.kind === "login" && principal.by !== "session")
    throw new AppError("forbidden", "this is for somebody who has logged in; a token cannot do it");
}

/**
 * The principal as the route is to see it: with those tenants alone in which it may do this. Throws `forbidden` where the
 * tenant that is named is one that it sees and may not do this in.
 */
export function narrowed(principal: Principal, access: Access, named: string | undefined): Principal {
  if (access.kind !== "permission") return principal;
  const there = principal.grants?.find((grant) => grant.tenant === named);
  if (there !== undefined && !there.permissions.has(access.permission)) throw lacks(access.permission, there.tenant);
  return principalFor(principal, access.permission);
}

/** Throws `forbidden` unless the principal may in that tenant: for what a route does besides. */
export function requireIn(principal: Principal, permission: Permission, tenant: { id: string; name: string }): void {
  if (!permissionsIn(principal, tenant.id).has(permission)) throw lacks(permission, tenant.name);
}

function lacks(permission: Permission, tenant?: string): AppError {
  const where = tenant === undefined ? "" : ` in tenant ${tenant}`;
  return new AppError("forbidden", `this needs the permission ${permission}, which you do not have${where}`);
}

/** Throws `forbidden` unless the principal stands for every tenant. */
export function requirePlatform(principal: Principal, what: string): void {
  if (principal.tenants !== "*") throw new AppError("forbidden", `${what} needs a token or admin for every tenant; yours is for some`);
}
