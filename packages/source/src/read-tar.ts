import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { refused } from "@agentpod/core/source/refused";
import type { SourceLimits } from "@agentpod/core/source/source-limits";
import { extract } from "tar-stream";
import { drained } from "./drained.ts";
import type { EntrySpool } from "./entry-spool.ts";
import { boundedHeaders } from "./tar-headers.ts";

/** Puts a tar's files into a spool. Throws `invalid` for devices, pipes and anything else that is no file, folder or link, and for one that is cut off. */
export async function readTar(tar: Readable, spool: EntrySpool, limits: SourceLimits): Promise<void> {
  const entries = extract();
  const feeding = feed(tar, entries, limits);
  feeding.catch(() => undefined);
  try {
    for await (const entry of entries) {
      const { name, type, mode = 0, linkname } = entry.header;
      if (type === "file" || type === "contiguous-file")
        await spool.addFile({ path: name, isExecutable: (mode & 0o100) !== 0 }, entry as AsyncIterable<Uint8Array>);
      else if (type === "directory") spool.addFolder(name);
      else if (type === "symlink") spool.addLink(name, linkname ?? "");
      else if (type === "link") spool.addCopy(name, linkname ?? "");
      else throw refused(name, "a file, a folder or a link");
      entry.resume();
    }
    await feeding;
  } catch (error) {
    tar.destroy();
    entries.destroy();
    await feeding.catch(() => undefined);
    if (error instanceof AppError) throw error;
    throw refused("archive", "a whole tar, tar.gz or zip; this one is damaged or was cut off");
  }
}

async function feed(tar: Readable, entries: ReturnType<typeof extract>, limits: SourceLimits): Promise<void> {
  try {
    for await (const chunk of boundedHeaders(tar, limits)) {
      if (entries.destroyed) return;
      if (!entries.write(chunk)) await drained(entries);
    }
    entries.end(null);
  } catch (error) {
    entries.destroy(error as Error);
    throw error;
  }
}
