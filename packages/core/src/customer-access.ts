/** What a browser got with a hand-over link: it may see the status and usage of its one agent, and reset its access. */
export interface CustomerAccess {
  id: string;
  podId: string;
  tenantId: string;
  createdAt: string;
  expiresAt: string;
  /** Null: it was not used since it was given. */
  lastUsedAt: string | null;
  /** Its holder has reset the access, and may enter once. */
  mayEnter: boolean;
}

/** Days for which a browser keeps it. */
export const customerAccessDays = 180;

export interface CustomerAccessStore {
  insert(access: { id: string; podId: string; tenantId: string; secretHash: string; expiresAt: string }): Promise<CustomerAccess>;
  /** Those of a pod (id) that are not over, the newest first. */
  list(podId: string): Promise<CustomerAccess[]>;
  /** One that is not over, by its id and its secret's hash, held until the transaction ends; else null. System role alone. */
  holdByHash(id: string, secretHash: string): Promise<CustomerAccess | null>;
  markSeen(id: string): Promise<void>;
  setEntry(id: string, mayEnter: boolean): Promise<void>;
  /** False where the pod (id) has no such one. */
  delete(podId: string, id: string): Promise<boolean>;
  /** All of a pod (id) but one. */
  deleteOthers(podId: string, id: string): Promise<void>;
}
