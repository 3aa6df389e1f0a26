import { createTokenRequest, newTokenView, tokenView, whoamiView } from "@agentpod/core/api/token-view";
import { AppError } from "@agentpod/core/errors";
import {
  type Permission,
  type Principal,
  permissions,
  permissionsIn,
  platformPermissions,
  principalFor,
  roles,
} from "@agentpod/core/permission";
import type { Store, Token } from "@agentpod/core/store";
import { z } from "zod";
import { requirePlatform } from "../auth/access.ts";
import { hashToken, newTokenSecret } from "../auth/token-secret.ts";
import { type Call, route } from "./route.ts";

const tag = "Tokens";

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
  const misplaced = asked.tenant === undefined ? [] : wanted.filter((permission) => platformPermissions.includes(permission));
  if (misplaced.length > 0)
    throw new AppError("invalid", `a token for one tenant cannot hold ${misplaced.join(", ")}; leave the tenant out`);
  return permissions.filter((permission) => wanted.includes(permission));
}

/** Throws `forbidden` unless the caller may make and end tokens: a login for itself, a token if it may that. */
function requireTokenRight(principal: Principal, what: string): void {
  if (principal.by !== "session" && !principal.permissions.has("token.manage"))
    throw new AppError("forbidden", `${what} needs the permission token.manage, which your token does not have`);
}

/** Tokens that the caller may see: its own, and those of tenants whose tokens it manages. */
async function visibleTokens({ principal, deps }: Pick<Call, "principal" | "deps">): Promise<Token[]> {
  const managed = principalFor(principal, "token.manage");
  const all = principal.permissions.has("token.manage")
    ? await deps.database.asTenants(managed.tenants, (store) => store.tokens.list())
    : [];
  const { userId } = principal;
  const own = userId === null ? [] : await deps.database.asSystem((store) => store.tokens.listOf(userId));
  return [...new Map([...all, ...own].map((token) => [token.id, token])).values()].toSorted((a, b) =>
    a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0,
  );
}

export const tokenRoutes = [
  route({
    id: "whoami",
    method: "get",
    path: "/whoami",
    tag,
    summary: "Who asks, and what they may do where",
    access: { kind: "authenticated" },
    answer: { status: 200, schema: whoamiView, description: "The principal" },
    async handle({ principal, read, deps }) {
      const { actor, userId, permissions: held, grants } = principal;
      const user = userId === null ? null : await deps.database.asSystem((store) => store.users.find(userId));
      return {
        actor,
        user: user && {
          id: user.id,
          name: user.name,
          email: user.email,
          platformAdmin: user.platformAdmin,
          twoFactor: user.twoFactor,
        },
        tenants: principal.tenants === "*" ? "*" : await read(async (store) => (await store.tenants.list()).map((tenant) => tenant.name)),
        permissions: permissions.filter((permission) => held.has(permission)),
        grants:
          grants?.map((grant) => ({
            tenant: grant.tenant,
            role: grant.role,
            permissions: permissions.filter((permission) => grant.permissions.has(permission)),
          })) ?? null,
      };
    },
  }),
  route({
    id: "createToken",
    method: "post",
    path: "/tokens",
    tag,
    summary: "Create a token within your own rights; its secret is shown this once",
    access: { kind: "authenticated" },
    audit: "token.created",
    body: createTokenRequest,
    answer: { status: 201, schema: newTokenView, description: "The token with its secret. It belongs to you and never may more than you" },
    async handle({ principal, body, deps, read, asked }) {
      requireTokenRight(principal, "a new token");
      if (body.tenant === undefined && principal.userId === null) requirePlatform(principal, "a token for every tenant");
      const named = body.tenant;
      const tenant = named === undefined ? null : await read((store) => store.tenants.get(named));
      const granted = grantedPermissions(body, tenant === null ? principal.permissions : permissionsIn(principal, tenant.id));
      const secret = newTokenSecret();
      const expiresAt = body.days === undefined ? null : new Date(deps.clock().getTime() + body.days * 86_400_000).toISOString();
      // As the system: a user's own token for all of their tenants is a row of no tenant.
      return deps.database.asSystem(async (store) => {
        const token = await store.tokens.insert({
          name: body.name,
          tenantId: tenant?.id ?? null,
          ownerId: principal.userId,
          permissions: granted,
          secretHash: hashToken(secret),
          expiresAt,
        });
        const data = { token: token.id, owner: token.ownerId, permissions: granted };
        await appendChange(store, principal, asked.client, "token.created", tenant, `token ${token.name} created`, data);
        return { ...token, secret };
      });
    },
  }),
  route({
    id: "listTokens",
    method: "get",
    path: "/tokens",
    tag,
    summary: "List your tokens, and those of tenants where you manage them, without their secrets",
    access: { kind: "authenticated" },
    answer: { status: 200, schema: z.array(tokenView), description: "Oldest first" },
    handle: (call) => {
      requireTokenRight(call.principal, "a list of tokens");
      return visibleTokens(call);
    },
  }),
  route({
    id: "deleteToken",
    method: "delete",
    path: "/tokens/{token}",
    tag,
    summary: "Revoke a token",
    access: { kind: "authenticated" },
    audit: "token.deleted",
    params: z.object({ token: z.uuid("a token id") }),
    answer: { status: 204, description: "Gone" },
    async handle(call) {
      const { params, deps, principal, asked } = call;
      requireTokenRight(principal, "revoking a token");
      const token = (await visibleTokens(call)).find((entry) => entry.id === params.token);
      if (token === undefined) throw new AppError("not_found", `there is no token ${params.token}`);
      await deps.database.asSystem(async (store) => {
        const tenant = (await store.tenants.list()).find((entry) => entry.id === token.tenantId) ?? null;
        await store.tokens.delete(token.id);
        await appendChange(store, principal, asked.client, "token.deleted", tenant, `token ${token.name} revoked`, { token: token.id });
      });
    },
  }),
];

async function appendChange(
  store: Pick<Store, "events">,
  principal: Principal,
  source: string,
  type: string,
  tenant: { id: string; name: string } | null,
  message: string,
  data: Record<string, unknown>,
): Promise<void> {
  const of = { tenantId: tenant?.id ?? null, tenant: tenant?.name ?? null, pod: null, podId: null };
  await store.events.append({ ...of, type, actor: principal.actor, source, result: "ok", message, data });
}
