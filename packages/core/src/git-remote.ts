/** What was last taken from pushes to an application's own remote: the repository on disk is brought back to this. */
export interface GitRemote {
  tenantId: string;
  /** The application's. */
  name: string;
  /** The one whose pushes deploy: the first that was pushed. */
  branch: string;
  commit: string;
  pushedAt: string;
}

export interface GitRemoteStore {
  /** Null: nothing was pushed yet. */
  find(tenantId: string, name: string): Promise<GitRemote | null>;
  put(remote: Omit<GitRemote, "pushedAt">): Promise<void>;
  /** Of all tenants. System role. */
  list(): Promise<GitRemote[]>;
  /** No effect where there is none. */
  delete(tenantId: string, name: string): Promise<void>;
}
