import { posix } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { FileEntry, FilePlace, FolderListing } from "@agentpod/core/runtime";
import { isAbsent, isLink, isNoFolder, mostEntries, partsOf } from "../file-listing.ts";
import type { MemoryEntry, MemoryFiles } from "./memory-files.ts";

export function locateMemory(files: MemoryFiles, place: FilePlace): string {
  let path = place.root.path;
  if (files.find(path) === null) throw isAbsent(path);
  for (const step of partsOf(place)) {
    path = posix.join(path, step);
    const entry = files.find(path);
    if (entry === null) throw isAbsent(path);
    if (entry.type === "symlink") throw isLink(path);
  }
  return path;
}

export function listMemory(files: MemoryFiles, place: FilePlace): FolderListing {
  const path = locateMemory(files, place);
  if (files.find(path)?.type !== "directory") throw isNoFolder(path);
  const own = files.list(path).flatMap(([name, entry]) => {
    const [, first = "", ...rest] = name.split("/");
    return first === "" || rest.length > 0 ? [] : [told(first, entry)];
  });
  return { entries: own.slice(0, mostEntries), isWhole: own.length <= mostEntries };
}

export function removeMemory(files: MemoryFiles, place: FilePlace): void {
  const steps = partsOf(place);
  const name = steps.pop();
  if (name === undefined) throw new AppError("invalid", `${place.root.path} itself cannot be deleted`);
  const path = posix.join(locateMemory(files, { ...place, path: steps.join("/") }), name);
  if (files.find(path) === null) throw isAbsent(path);
  files.remove(path);
}

const kinds = { directory: "folder", file: "file", symlink: "link" } as const;

/** Nothing here keeps the time at which it was changed. */
const told = (name: string, entry: MemoryEntry): FileEntry => ({
  name,
  kind: kinds[entry.type],
  bytes: entry.type === "file" ? entry.body.length : 0,
  modifiedAt: new Date(0).toISOString(),
  mode: entry.mode,
});
