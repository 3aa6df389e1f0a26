import type { FileAddress } from "@agentpod/client/file-calls";
import type { PodFileEntry } from "@agentpod/core/api/pod-file-view";
import { api } from "../../../api/client.ts";

/** Larger ones are downloaded: a page is no place to write them. */
const mostBytes = 1024 * 1024;

export const isShown = ({ kind, bytes }: Pick<PodFileEntry, "kind" | "bytes">): boolean => kind === "file" && bytes <= mostBytes;

/** A file's text; null for what is none: bytes that are not UTF-8, or hold zeros. */
export async function readText(at: FileAddress): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  for await (const piece of await api.files.read(at)) pieces.push(piece);
  const bytes = new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
