import type { SourceView } from "@agentpod/core/api/source-view";
import { sha256Of } from "@agentpod/core/sha256-of";
import { api } from "../../api/client.ts";

/** How far it is, in bytes; `unpacking`: all of it is there, and is being read. */
export type SendingSource = { part: "reading" | "sending"; done: number; all: number } | { part: "unpacking" };

/**
 * Sends an archive in parts, under the digest of the whole: one that was broken off, also by closing the page, goes on where it
 * ended. Throws AppError; what the browser throws where a file changed meanwhile.
 */
export async function sendSource(
  tenant: string,
  archive: Blob,
  onProgress: (progress: SendingSource) => void,
  signal: AbortSignal,
): Promise<SourceView> {
  const all = archive.size;
  const digest = `sha256:${await sha256Of(partsOf(archive, signal), (done) => onProgress({ part: "reading", done, all }))}`;
  return api.sources.upload(
    tenant,
    { digest, bytes: all, read: async (offset, length) => archive.slice(offset, offset + length) },
    (done) => onProgress(done < all ? { part: "sending", done, all } : { part: "unpacking" }),
    signal,
  );
}

async function* partsOf(blob: Blob, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
