import type { TenantRole } from "./permission.ts";
import type { Invitation, Membership, User, UserSession } from "./user.ts";

/** Users belong to no tenant: system role alone, so whoever calls has looked at permissions before. */
export interface UserStore {
  /**
   * `conflict` when the address is taken. `passwordHash` null: cannot log in by password yet. `vouched`: somebody who may
   * says that the address is theirs, so that a sign-on provider which says so too leads to this user.
   */
  insert(user: { name: string; email: string; passwordHash: string | null; platformAdmin: boolean; vouched: boolean }): Promise<User>;
  find(id: string): Promise<User | null>;
  get(id: string): Promise<User>;
  /** In whatever case the address is written. */
  findByEmail(email: string): Promise<User | null>;
  /** By email address; with ids those alone. */
  list(ids?: readonly string[]): Promise<User[]>;
  rename(id: string, name: string): Promise<void>;
  /** Disabling ends every session at once. `conflict` for the last admin. */
  setDisabled(id: string, disabled: boolean): Promise<void>;
  /** `conflict` for the last admin. */
  setPlatformAdmin(id: string, platformAdmin: boolean): Promise<void>;
  /** In place of an earlier password; sessions stay. */
  setPassword(id: string, passwordHash: string): Promise<void>;
  /** Takes the second factor away, for someone who has lost the device. */
  removeTwoFactor(id: string): Promise<void>;
  /** With sessions, memberships and tokens. `conflict` for the last admin. */
  delete(id: string): Promise<void>;
  noteLogin(id: string): Promise<void>;
  /** Living ones, newest first. */
  sessions(userId: string): Promise<UserSession[]>;
  /** Null when gone or expired. */
  findSession(id: string): Promise<UserSession | null>;
  /** False when there is none such. */
  endSession(userId: string, id: string): Promise<boolean>;
  /** All but one (null: all); gives how many. */
  endSessions(userId: string, but: string | null): Promise<number>;
  /** What decides on a user's rights, in one look; null for one that is gone or disabled. */
  access(userId: string): Promise<{ user: User; memberships: Membership[] } | null>;
}

/** Under row-level security as every tenant's rows. */
export interface MemberStore {
  /** By role, then by date. */
  list(tenantId: string): Promise<Membership[]>;
  find(tenantId: string, userId: string): Promise<Membership | null>;
  /** A new one, or the role of the one that is there. */
  put(tenantId: string, userId: string, role: TenantRole): Promise<void>;
  /** `not_found` when there is none. */
  delete(tenantId: string, userId: string): Promise<void>;
  /** Ids of a tenant's owners, held so until the transaction ends. */
  holdOwners(tenantId: string): Promise<string[]>;
}

export interface InvitationStore {
  insert(invitation: {
    tenantId: string;
    role: TenantRole;
    email: string | null;
    secretHash: string;
    createdBy: string;
    expiresAt: string;
  }): Promise<Invitation>;
  /** Those of a tenant that can still be accepted, newest first. */
  list(tenantId: string): Promise<Invitation[]>;
  /** One that can still be accepted, held until the transaction ends; else null. System role alone. */
  holdByHash(secretHash: string): Promise<Invitation | null>;
  /** System role alone. */
  markUsed(id: string, userId: string): Promise<void>;
  /** `not_found` when there is none. */
  delete(tenantId: string, id: string): Promise<void>;
}

/** Counts that all control planes share. System role alone, in a transaction of its own. */
export interface AttemptStore {
  /** Counts one more of `key` in a window that begins with the first. Gives 0, or the seconds to wait where that is over the limit. */
  spend(key: string, limit: number, windowSeconds: number): Promise<number>;
  /** Takes one back. */
  refund(key: string): Promise<void>;
}

/** Secrets of the installation, sealed at rest. System role alone. */
export interface PlatformSecretStore {
  find(name: string): Promise<string | null>;
  /** Keeps the first that is given: gives what is stored in the end. */
  keep(name: string, value: string): Promise<string>;
  /** In place of what is stored; null takes it away. */
  put(name: string, value: string | null): Promise<void>;
}
