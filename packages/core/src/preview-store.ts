import type { Preview } from "./preview.ts";

export type NewPreview = Pick<Preview, "tenantId" | "tenant" | "name" | "project" | "preview" | "database" | "ttlSeconds" | "actor">;

/** Time is the database's. */
export interface PreviewStore {
  /** New; one that is there begins its time anew, and what it is of and what its database began with stay. */
  put(preview: NewPreview): Promise<Preview>;
  /** Null where an application of this name is no preview. */
  find(tenantId: string, name: string): Promise<Preview | null>;
  /** By name; `tenant` is a name. */
  list(filter: { tenant?: string; project?: string }): Promise<Preview[]>;
  /** Its time begins anew; null where there is no such preview. */
  extend(tenantId: string, name: string, ttlSeconds: number): Promise<Preview | null>;
  /** No effect where an application is no preview. */
  setEndedBy(tenantId: string, name: string, operation: string): Promise<void>;
  /** The project's data is in its database. System role, as all that follows. */
  markCopied(tenantId: string, name: string): Promise<void>;
  /** Those whose time is over and that nothing takes away yet; no other transaction gets the same until this one has ended. */
  takeExpired(): Promise<Preview[]>;
  /** Again: no effect. */
  delete(tenantId: string, name: string): Promise<void>;
}
