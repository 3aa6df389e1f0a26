import { Readable } from "node:stream";
import { refused } from "@agentpod/core/source/refused";
import { type Pack, pack } from "tar-stream";
import { drained } from "./drained.ts";
import type { SourceEntry } from "./source-entry.ts";

/** No time of its own: the same content has the same digest on every machine. */
const noTime = new Date(0);

/**
 * A tar of entries, the same bytes for the same content: sorted, with a folder for each that a path names, without times and
 * owners, and with no modes but 0644 and 0755. Fails with `invalid` where a file is not as long any more as it was.
 */
export function snapshotTar(entries: readonly SourceEntry[], open: (entry: SourceEntry) => Readable): Readable {
  const archive = pack();
  fill(archive, entries, open).catch((error: Error) => archive.destroy(error));
  return Readable.from(archive, { objectMode: false });
}

async function fill(archive: Pack, entries: readonly SourceEntry[], open: (entry: SourceEntry) => Readable): Promise<void> {
  const made = new Set<string>();
  for (const entry of entries) {
    for (const folder of foldersAbove(entry.path)) {
      if (made.has(folder)) continue;
      made.add(folder);
      archive.entry({ ...header(`${folder}/`), type: "directory", mode: 0o755 });
    }
    if (entry.target !== null) archive.entry({ ...header(entry.path), type: "symlink", linkname: entry.target, mode: 0o777 });
    else await addFile(archive, entry, open);
    // A reader that went away ends it.
    if (archive.destroyed) return;
  }
  archive.finalize();
}

async function addFile(archive: Pack, entry: SourceEntry, open: (entry: SourceEntry) => Readable): Promise<void> {
  const sink = archive.entry({ ...header(entry.path), size: entry.bytes, mode: entry.isExecutable ? 0o755 : 0o644 });
  sink.on("error", () => undefined);
  const isDone = new Promise<void>((resolve) => sink.once("finish", resolve).once("close", resolve));
  let read = 0;
  if (entry.bytes > 0)
    for await (const chunk of open(entry)) {
      read += chunk.length;
      if (read > entry.bytes) break;
      if (!sink.write(chunk)) await drained(sink);
      if (archive.destroyed) return;
    }
  if (read !== entry.bytes) throw refused(entry.path, "a file that stays as it is while it is read");
  sink.end(null);
  await isDone;
}

const header = (name: string) => ({ name, mtime: noTime, uid: 0, gid: 0, uname: "", gname: "" });

function foldersAbove(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, i) => names.slice(0, i + 1).join("/"));
}
