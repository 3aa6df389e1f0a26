import { tooLarge } from "@agentpod/core/source/beyond-limits";
import { leftOut } from "@agentpod/core/source/left-out";
import { selectFiles } from "@agentpod/core/source/select-files";
import { defaultSourceLimits, type SourceLimits } from "@agentpod/core/source/source-limits";
import { isProgram } from "../agent-packages/pack-tar.ts";
import { type TarFile, tarBlob } from "../agent-packages/tar-blob.ts";
import type { GivenEntry } from "./given-folder.ts";

export interface PackedSource {
  tar: Blob;
  files: number;
  /** Of all files together. */
  bytes: number;
  /** The API's sentences on what stays behind. */
  notices: string[];
}

const atOnce = 64;

/**
 * A folder as a tar, without what its ignore files leave out: what stays behind never leaves the browser. Contents are not held in
 * memory. Throws `invalid` beyond the limits.
 */
export async function packSource(entries: readonly GivenEntry[], limits: SourceLimits = defaultSourceLimits): Promise<PackedSource> {
  const { files, secrets } = await selectFiles<GivenEntry>(
    {
      list: async (_path, folder) => (folder === null ? entries : ((await folder.children?.()) ?? [])),
      text: async (_path, { file }) => (await file?.())?.slice(0, 65_537).text() ?? "",
      now: () => performance.now(),
    },
    limits,
  );
  const packed: TarFile[] = [];
  let bytes = 0;
  for (let at = 0; at < files.length; at += atOnce) {
    const some = await Promise.all(files.slice(at, at + atOnce).map(({ path, entry }) => tarFileOf(path, entry)));
    for (const one of some) {
      bytes += (one.content as Blob).size;
      if (bytes > limits.bytes) throw tooLarge(one.path, limits);
      packed.push(one);
    }
  }
  return { tar: tarBlob(packed), files: packed.length, bytes, notices: leftOut(secrets) };
}

async function tarFileOf(path: string, { file }: GivenEntry): Promise<TarFile> {
  const content = (await file?.()) ?? new Blob();
  const begin = new Uint8Array(await content.slice(0, 2).arrayBuffer());
  return { path, content, isProgram: isProgram(begin) };
}
