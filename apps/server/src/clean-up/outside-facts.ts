import type { ArtifactFact, CleanUpFacts, ImageFact } from "@agentpod/core/clean-up-facts";
import type { StoredCleanUpFacts } from "@agentpod/core/clean-up-store";
import { toAppError } from "@agentpod/core/errors";
import type { Stored, StoredImage } from "@agentpod/core/runtime";
import type { CleanUpDeps } from "./clean-up-deps.ts";
import { leftUploads } from "./left-uploads.ts";

/** What lies on disks, as it was when it was looked at. */
export interface OutsideFacts {
  files: ReadonlyMap<string, { bytes: number; writtenAt: Date }>;
  uploads: CleanUpFacts["uploads"];
  stored: Stored;
  /** Why something could not be looked at, in a sentence; empty: all was. */
  problems: string[];
}

/** Looks at the disks. What the runtime does not tell is not cleaned up. */
export async function outsideFacts({ database, runtime, artifacts, home }: CleanUpDeps): Promise<OutsideFacts> {
  const building = await database.asSystem(async (store) => (await store.cleanUp.facts()).releases.map(({ buildPodId }) => buildPodId));
  const problems: string[] = [];
  const volumesOf = [...new Set(building)].filter((id) => id !== null);
  const [files, uploads, stored] = await Promise.all([
    artifacts.list(),
    leftUploads(home),
    runtime.stored(volumesOf).catch((thrown: unknown): Stored => {
      problems.push(`Images and caches could not be looked at: ${toAppError(thrown).message}`);
      return { images: [], volumes: [] };
    }),
  ]);
  return { files: new Map(files.map(({ digest, ...file }) => [digest, file])), uploads, stored, problems };
}

/** Both halves together. Pure. */
export function factsOf({ artifacts, ...known }: StoredCleanUpFacts, { files, uploads, stored }: OutsideFacts): CleanUpFacts {
  const rows = new Map(artifacts.map((row) => [row.digest, row]));
  const all = [...new Set([...rows.keys(), ...files.keys()])].map((digest): ArtifactFact => {
    const [row, file] = [rows.get(digest), files.get(digest)];
    return { digest, bytes: file?.bytes ?? null, givenAt: row?.givenAt ?? null, fileAt: file?.writtenAt.toISOString() ?? null };
  });
  const volumeBytes = new Map<string, number>();
  for (const { id, bytes } of stored.volumes) volumeBytes.set(id.pod, (volumeBytes.get(id.pod) ?? 0) + bytes);
  return { ...known, artifacts: all, uploads, images: stored.images.map(imageFact), volumeBytes };
}

const imageFact = ({ id, names, pod, builtFrom, bytes, builtAt, isUsed }: StoredImage): ImageFact => ({
  ...{ id, name: names[0] ?? id.slice(0, 19), pod, builtFrom, bytes, builtAt, isUsed },
});
