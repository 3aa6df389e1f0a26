import { z } from "zod";

/** What may go by itself, and how much room a build is to find (P16). */
export const cleanUpPolicy = z.strictObject({
  /** Of each application so many releases that served stay, to go back to; the one that serves is among them. */
  releases: z.int().min(1).max(100).default(5),
  /** Beside these, all that are younger than so many days. */
  days: z.int().min(0).max(3650).default(0),
  /** What was handed over and is used by nothing stays for so many hours. */
  unusedHours: z.int().min(1).max(8760).default(24),
  /** MB that caches of builds may take in all; null: as many as they like. */
  buildCacheMb: z.int().min(0).max(100_000_000).nullable().default(10_240),
  /** MB that have to be free on a disk before something is built there; 0: as few as there are. */
  freeMb: z.int().min(0).max(100_000_000).default(1536),
  /** Hours from one clean-up to the next; null: none is made by itself. */
  everyHours: z.int().min(1).max(744).nullable().default(24),
});
export type CleanUpPolicy = z.infer<typeof cleanUpPolicy>;

export const standardCleanUpPolicy: CleanUpPolicy = cleanUpPolicy.parse({});

export const cleanUpKinds = ["release", "artifact", "upload", "image", "build_cache"] as const;
export type CleanUpKind = (typeof cleanUpKinds)[number];

/** One thing that lies on a disk, or a release that can be gone back to. */
export interface CleanUpItem {
  kind: CleanUpKind;
  /** `release`: `<pod id>/<generation>`; `artifact`: its digest; `upload`: its path in the home; `image`: its id; `build_cache`: a pod's or an image's id. */
  id: string;
  /** For people. */
  name: string;
  /** Null: it takes no room of its own, or it was not told how much. */
  bytes: number | null;
  /** Why it goes, or stays. */
  reason: string;
}

export interface CleanUpPlan {
  goes: CleanUpItem[];
  stays: CleanUpItem[];
}

/** What a clean-up came to. */
export interface CleanUpRun {
  /** ISO 8601. */
  at: string;
  actor: string;
  /** By kind, how many went. */
  gone: Record<CleanUpKind, number>;
  bytes: number;
  /** What could not be taken away, in sentences; the next one tries again. */
  problems: string[];
}

/** Bytes that the plan gives back, as far as they are known. */
export const reclaimable = ({ goes }: Pick<CleanUpPlan, "goes">): number => goes.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);

/** What was made within so many milliseconds may be about to be used by something that has not said so yet. */
export const youngMs = 3_600_000;
