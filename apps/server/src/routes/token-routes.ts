import { createTokenRequest, newTokenView, tokenView, whoamiView } from "@agentpod/core/api/token-view";
import { AppError } from "@agentpod/core/errors";
import { type Permission, permissions, roles } from "@agentpod/core/permission";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { hashToken, newTokenSecret } from "../auth/token-secret.ts";
import { route } from "./route.ts";

const tag = "Tokens";

/** Permissions that mean nothing within one tenant. */
const platformOnly: readonly Permission[] = ["tenant.create", "tenant.delete", "platform.read", "platform.reconcile"];

/** What a token asked for may do: never more than the asker, and nothing of the platform within a tenant. */
export function grantedPermissions(
  asked: { role?: keyof typeof roles | undefined; permissions?: Permission[] | undefined; tenant?: string | undefined },
  held: ReadonlySet<Permission>,
): Permission[] {
  if ((asked.role === undefined) === (asked.permissions === undefined)) {
    throw new AppError("invalid", "give either a role or permissions", {
      issues: [{ path: "role", expected: `one of ${Object.keys(roles).join(", ")}, or a list of permissions` }],
    });
  }
  const wanted: readonly Permission[] = asked.permissions ?? roles[asked.role ?? "viewer"];
  const tooMuch = wanted.filter((permission) => !held.has(permission));
  if (tooMuch.length > 0) throw new AppError("forbidden", `a token cannot give what your own lacks: ${tooMuch.join(", ")}`);
  const misplaced = asked.tenant === undefined ? [] : wanted.filter((permission) => platformOnly.includes(permission));
  if (misplaced.length > 0)
    throw new AppError("invalid", `a token for one tenant cannot hold ${misplaced.join(", ")}; leave the tenant out`);
  return permissions.filter((permission) => wanted.includes(permission));
}

export const tokenRoutes = [
  route({
    id: "whoami",
    method: "get",
    path: "/whoami",
    tag,
    summary: "Who this token stands for, and what it may do",
    access: { kind: "authenticated" },
    answer: { status: 200, schema: whoamiView, description: "The principal" },
    handle: async ({ principal, read }) => ({
      actor: principal.actor,
      tenants: principal.tenants === "*" ? "*" : await read(async (store) => (await store.tenants.list()).map((tenant) => tenant.name)),
      permissions: [...principal.permissions],
    }),
  }),
  route({
    id: "createToken",
    method: "post",
    path: "/tokens",
    tag,
    summary: "Create a token; its secret is shown this once",
    access: needs("token.manage"),
    audit: "token.created",
    body: createTokenRequest,
    answer: { status: 201, schema: newTokenView, description: "The token with its secret" },
    async handle({ principal, body, deps, change }) {
      if (body.tenant === undefined) requirePlatform(principal, "a token for every tenant");
      const granted = grantedPermissions(body, principal.permissions);
      const secret = newTokenSecret();
      return change(async (store, note) => {
        const tenant = body.tenant === undefined ? null : await store.tenants.get(body.tenant);
        const expiresAt = body.days === undefined ? null : new Date(deps.clock().getTime() + body.days * 86_400_000).toISOString();
        const token = await store.tokens.insert({
          name: body.name,
          tenantId: tenant?.id ?? null,
          permissions: granted,
          secretHash: hashToken(secret),
          expiresAt,
        });
        note({
          tenantId: tenant?.id ?? null,
          tenant: tenant?.name ?? null,
          message: `token ${token.name} created`,
          data: { token: token.id, permissions: granted },
        });
        return { ...token, secret };
      });
    },
  }),
  route({
    id: "listTokens",
    method: "get",
    path: "/tokens",
    tag,
    summary: "List tokens, without their secrets",
    access: needs("token.manage"),
    answer: { status: 200, schema: z.array(tokenView), description: "The tokens this one sees" },
    handle: ({ read }) => read((store) => store.tokens.list()),
  }),
  route({
    id: "deleteToken",
    method: "delete",
    path: "/tokens/{token}",
    tag,
    summary: "Revoke a token",
    access: needs("token.manage"),
    audit: "token.deleted",
    params: z.object({ token: z.uuid("a token id") }),
    answer: { status: 204, description: "Gone" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const token = (await store.tokens.list()).find((entry) => entry.id === params.token);
        if (token === undefined) throw new AppError("not_found", `there is no token ${params.token}`);
        const tenant = (await store.tenants.list()).find((entry) => entry.id === token.tenantId);
        await store.tokens.delete(token.id);
        note({ tenantId: token.tenantId, tenant: tenant?.name ?? null, message: `token ${token.name} revoked`, data: { token: token.id } });
      }),
  }),
];
