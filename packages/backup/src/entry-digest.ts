import { createHash } from "node:crypto";
import type { VolumeInBackup } from "@agentpod/core/volume-backup";
import type { Header } from "tar-stream";

/** Adds up a volume's entries as they pass. */
export interface EntryDigest {
  /** `sha256` of the content in hex; empty for what has none. */
  add(header: Header, sha256: string): void;
  sum(): Pick<VolumeInBackup, "entries" | "bytes" | "digest">;
}

export function entryDigest(): EntryDigest {
  const all = createHash("sha256");
  let entries = 0;
  let bytes = 0;
  return {
    add({ name, type, mode, uid, gid, size, linkname }, sha256) {
      const content = type === "file" ? (size ?? 0) : 0;
      entries++;
      bytes += content;
      all.update(`${JSON.stringify([name, type, mode, uid, gid, content, linkname ?? null, sha256])}\n`);
    },
    sum: () => ({ entries, bytes, digest: all.copy().digest("hex") }),
  };
}
