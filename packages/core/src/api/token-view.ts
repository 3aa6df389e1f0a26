import { z } from "zod";
import { name } from "../name.ts";
import { permissions, roles, tenantRoles } from "../permission.ts";

const permission = z.enum(permissions);
const roleNames = Object.keys(roles) as [keyof typeof roles, ...(keyof typeof roles)[]];

/** Either a role or a list of permissions; never more than the asker has. */
export const createTokenRequest = z.strictObject({
  name,
  /** Tenant name; absent: every tenant. */
  tenant: name.optional(),
  role: z.enum(roleNames).optional(),
  permissions: z.array(permission).min(1).optional(),
  /** Days until it expires; absent: never. */
  days: z.int().min(1).max(3650).optional(),
});

export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  tenantId: z.string().nullable(),
  /** The user it belongs to; null: the installation's own. */
  ownerId: z.string().nullable(),
  permissions: z.array(permission),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});

/** Shown once: only the hash is kept. */
export const newTokenView = tokenView.extend({ secret: z.string() });

/** Who asks, and what they may do. */
export const whoamiView = z.object({
  actor: z.string(),
  /** Null for a token of the installation's own. */
  user: z.object({ id: z.string(), name: z.string(), email: z.string(), platformAdmin: z.boolean(), twoFactor: z.boolean() }).nullable(),
  /** Names, or `*` for every tenant. */
  tenants: z.union([z.literal("*"), z.array(z.string())]),
  /** Held in at least one of the tenants. */
  permissions: z.array(permission),
  /** What may be done in which tenant; null: `permissions` hold in every one of `tenants`. */
  grants: z.array(z.object({ tenant: z.string(), role: z.enum(tenantRoles).nullable(), permissions: z.array(permission) })).nullable(),
});

export type CreateTokenRequest = z.input<typeof createTokenRequest>;
export type TokenView = z.infer<typeof tokenView>;
export type NewTokenView = z.infer<typeof newTokenView>;
export type WhoamiView = z.infer<typeof whoamiView>;
