/** A link by which a pod's agent is handed to its user: used once, within its time. A pod has one at a time. */
export interface HandOver {
  podId: string;
  tenantId: string;
  /** Actor. */
  createdBy: string;
  createdAt: string;
  expiresAt: string;
  /** Null: it can still be used. */
  usedAt: string | null;
}

export interface HandOverStore {
  /** In place of an earlier one, which is worth nothing from then on. */
  put(handOver: { podId: string; tenantId: string; secretHash: string; createdBy: string; expiresAt: string }): Promise<HandOver>;
  /** The newest of a pod (id), used or over as it may be; null: there was none. */
  find(podId: string): Promise<HandOver | null>;
  /** One that can still be used, held until the transaction ends; else null. System role alone. */
  holdByHash(secretHash: string): Promise<HandOver | null>;
  /** Used, or not after all; no effect where a newer one has taken its place. System role alone. */
  markUsed(podId: string, secretHash: string, isUsed: boolean): Promise<void>;
  /** No effect where there is none. */
  delete(podId: string): Promise<void>;
}
