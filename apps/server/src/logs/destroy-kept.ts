import { rm } from "node:fs/promises";
import { listSegments, type Segment } from "./segments.ts";

/** Archives what is to be archived, then deletes a kept log that nobody writes to. Twice: no effect. Throws when the archive takes nothing: then all stays. */
export async function destroyKept(folder: string, archive: ((segment: Segment) => Promise<void>) | null): Promise<void> {
  for (const segment of listSegments(folder)) await archive?.(segment);
  await rm(folder, { recursive: true, force: true });
}
