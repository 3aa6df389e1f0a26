import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import { extract, pack } from "tar-stream";
import { confinedTar } from "../confined-tar.ts";
import { type MemoryEntry, type MemoryTree, putEntry } from "./memory-files.ts";

/** Reads a whole tar; `invalid` for one that holds anything that leads outside. */
export async function readTar(tar: Readable, links?: "inside" | "any"): Promise<MemoryTree> {
  const tree: MemoryTree = new Map();
  const confined = confinedTar(tar, undefined, links);
  const entries = extract();
  confined.on("error", (error) => entries.destroy(error));
  for await (const entry of confined.pipe(entries)) {
    const { name, type, linkname, mode: bits } = entry.header;
    const mode = (bits ?? (type === "directory" ? 0o755 : 0o644)) & 0o777;
    const path = name.replace(/\/+$/, "");
    const body = await buffer(entry);
    if (type === "directory") putEntry(tree, path, { type, mode });
    else if (type === "symlink") putEntry(tree, path, { type, mode, target: linkname ?? "" });
    else if (type === "link") putEntry(tree, path, linked(tree, linkname ?? "", name));
    else putEntry(tree, path, { type: "file", mode, body });
  }
  return tree;
}

/** A hard link is another name of an earlier file of the archive. */
function linked(tree: MemoryTree, to: string, name: string): MemoryEntry {
  const entry = tree.get(to);
  if (entry?.type !== "file")
    throw new AppError("invalid", `the archive was refused: its entry ${JSON.stringify(name)} links to no file of it`);
  return entry;
}

export function writeTar(entries: readonly [string, MemoryEntry][]): Readable {
  const tar = pack();
  for (const [name, entry] of entries) {
    // As in its listings: nothing here keeps the time at which it was changed.
    const header = { name, mode: entry.mode, mtime: new Date(0) };
    if (entry.type === "file") tar.entry(header, entry.body);
    else if (entry.type === "symlink") tar.entry({ ...header, type: "symlink", linkname: entry.target });
    else tar.entry({ ...header, type: "directory" });
  }
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
