import type { TenantRole } from "./permission.ts";

/** A person who logs in. */
export interface User {
  id: string;
  name: string;
  /** Lower case. */
  email: string;
  /** May do everything, in every tenant. */
  platformAdmin: boolean;
  /** Since when they may not log in; null: they may. */
  disabledAt: string | null;
  twoFactor: boolean;
  createdAt: string;
  lastLoginAt: string | null;
}

export interface Membership {
  tenantId: string;
  /** The tenant's name. */
  tenant: string;
  userId: string;
  role: TenantRole;
  createdAt: string;
}

/** One login, on one device. Its token is nowhere outside the login library. */
export interface UserSession {
  id: string;
  userId: string;
  expiresAt: string;
  /** Client address at the login; null where unknown. */
  ipAddress: string | null;
  userAgent: string | null;
  createdAt: string;
  updatedAt: string;
}

/** A link by which somebody becomes a member. */
export interface Invitation {
  id: string;
  tenantId: string;
  role: TenantRole;
  /** Only this address may accept; null: whoever has the link. */
  email: string | null;
  /** Actor. */
  createdBy: string;
  createdAt: string;
  expiresAt: string;
  /** Null: not accepted yet. */
  usedAt: string | null;
}
