import { AppError } from "@agentpod/core/errors";
import type { Permission, Principal } from "@agentpod/core/permission";

/** What a route asks of its caller. There is no default: every route says one of these. */
export type Access =
  | { kind: "permission"; permission: Permission }
  /** Any valid token. */
  | { kind: "authenticated" }
  /** Anyone; `because` says why that is safe. */
  | { kind: "public"; because: string }
  /** A token that is good for this alone, which the route looks at by itself. */
  | { kind: "own-token"; because: string };

export const needs = (permission: Permission): Access => ({ kind: "permission", permission });

/** Throws `forbidden` unless the principal may. Which rows it sees is the database's part. */
export function requireAccess(principal: Principal, access: Access): void {
  if (access.kind === "permission" && !principal.permissions.has(access.permission)) {
    throw new AppError("forbidden", `this needs the permission ${access.permission}, which your token does not have`);
  }
}

/** Throws `forbidden` unless the principal stands for every tenant. */
export function requirePlatform(principal: Principal, what: string): void {
  if (principal.tenants !== "*") throw new AppError("forbidden", `${what} needs a token for every tenant; yours is for one`);
}
