import type { Readable } from "node:stream";
import type { ListedFile } from "@agentpod/core/products/code/project-files";
import type { SourceEntry } from "./source-entry.ts";

/** Code as it was handed over: what is in it, and as a tar that is the same for the same content, wherever it came from. */
export interface SourceSnapshot {
  /** Sorted by path. */
  entries: readonly SourceEntry[];
  /** Of all files together. */
  bytes: number;
  /** Sentences for its owner, such as what was left out. */
  notices: readonly string[];
  /** A file's content, null where it cannot be read. */
  read(path: string): Promise<Uint8Array | null>;
  /** Uncompressed. Each call reads anew; fails with `invalid` where a file changed meanwhile. */
  tar(): Readable;
  /** Removes what was kept for it. Twice: no effect. */
  close(): Promise<void>;
}

/** As ProjectAnalyzer takes it. */
export function listingOf({ entries }: SourceSnapshot): ListedFile[] {
  return entries.map(({ path, bytes, target }) => ({ path, bytes, isLink: target !== null }));
}
