import type { ArtifactFact, CleanUpFacts } from "./clean-up-facts.ts";

/** What of a clean-up's facts the database knows. */
export type StoredCleanUpFacts = Pick<CleanUpFacts, "releases" | "revisions" | "pods" | "tombstones" | "holders"> & {
  artifacts: (Pick<ArtifactFact, "digest"> & { bytes: number; givenAt: string })[];
};

/** For clean-ups, as the system role. */
export interface CleanUpStore {
  /** Until the transaction ends nobody else begins to use an artifact, and what others had begun to use before is seen. */
  own(): Promise<void>;
  /** `except`: an operation that keeps nothing, though it is under way. */
  facts(except?: string): Promise<StoredCleanUpFacts>;
  /** What is gone already has no effect. */
  forget(gone: { revisions: readonly { pod: string; generation: number }[]; artifacts: readonly string[] }): Promise<void>;
  /** What deployments of applications ran from and made, by digest, and when the last of them ended (ISO 8601). Those under way count as ended now. */
  usedBy(tenantId: string, names: readonly string[]): Promise<Record<string, string>>;
  /** Takes artifacts from a tenant; gives those that nobody has any more. */
  letGo(tenantId: string, digests: readonly string[]): Promise<string[]>;
}
