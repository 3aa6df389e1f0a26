import type { Deployment } from "./deployment.ts";

/** A deployment, with what it is made from. */
export type ReleaseFact = Pick<
  Deployment,
  "tenantId" | "tenant" | "name" | "number" | "state" | "source" | "artifact" | "podId" | "buildPodId" | "generation"
> & {
  /** ISO 8601, as all times here; null while it is under way. */
  finishedAt: string | null;
};

/** A pod's spec as it was at a generation. */
export interface RevisionFact {
  pod: string;
  generation: number;
  /** Digests that it names anywhere. */
  digests: string[];
  /** Of these the ones that images are built from. */
  builds: string[];
}

/** A pod that is there, and its spec as it is. */
export interface PodFact extends RevisionFact {
  tenant: string;
  name: string;
  /** Neither started nor stopped just now: nothing of it runs and nothing is wanted. */
  isIdle: boolean;
  /** When its status last changed. */
  usedAt: string;
}

/** What else names a digest. */
export interface HolderFact {
  digest: string;
  /** `table`: anything that nobody foresaw. */
  by: "template" | "operation" | "table";
  name: string;
}

/** A content-addressed tar: rows, the file, or both. */
export interface ArtifactFact {
  digest: string;
  bytes: number | null;
  /** When it last came; null where no row knows it. */
  givenAt: string | null;
  /** When its file was written; null where it is not here. */
  fileAt: string | null;
}

/** A part of an upload that has not ended. */
export interface UploadFact {
  /** In the home. */
  path: string;
  bytes: number;
  writtenAt: string;
}

/** An image that was built here. */
export interface ImageFact {
  id: string;
  /** For people. */
  name: string;
  pod: string;
  /** First 12 digits of the digest it was built from; null: a layer without a name, which the next build may begin with. */
  builtFrom: string | null;
  bytes: number;
  builtAt: string;
  /** A container is made from it. */
  isUsed: boolean;
}

/** What a plan to clean up is made from. Everything that is not named here is left alone. */
export interface CleanUpFacts {
  releases: readonly ReleaseFact[];
  /** Of all pods that are there. */
  revisions: readonly RevisionFact[];
  pods: readonly PodFact[];
  /** Pods that are gone for good. */
  tombstones: readonly string[];
  holders: readonly HolderFact[];
  artifacts: readonly ArtifactFact[];
  uploads: readonly UploadFact[];
  images: readonly ImageFact[];
  /** Bytes of the volumes of a pod that builds, by its id; one that is not there was not measured. */
  volumeBytes: ReadonlyMap<string, number>;
}
