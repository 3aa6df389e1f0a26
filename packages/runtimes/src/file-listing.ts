import { AppError } from "@agentpod/core/errors";
import type { FileEntry, FilePlace, FolderListing } from "@agentpod/core/runtime";

/** More than these are not told. */
export const mostEntries = 5000;

/** Works with GNU and BusyBox tools alike. `folder` is absolute. */
export const listCommand = (folder: string): string[] => [
  "find",
  folder === "/" ? folder : `${folder}/`,
  ...["-mindepth", "1", "-maxdepth", "1"],
  ...["-exec", "stat", "-c", "%f %s %Y %n", "{}", "+"],
];

/** What `listCommand` printed. A name may hold line breaks: what begins no entry goes on with the last. */
export function parseListing(text: string): FolderListing {
  const entries: FileEntry[] = [];
  for (const line of text.split("\n")) {
    const found = /^([0-9a-f]{1,8}) (\d+) (-?\d+) \/(.*)$/.exec(line);
    const last = entries.at(-1);
    if (found === null) {
      if (last !== undefined && line !== "") last.name += `\n${line}`;
      continue;
    }
    if (entries.length === mostEntries) return { entries, isWhole: false };
    const [, mode = "", bytes = "", seconds = "", path = ""] = found;
    entries.push(
      entryOf(path.slice(path.lastIndexOf("/") + 1), Number.parseInt(mode, 16), Number(bytes), new Date(Number(seconds) * 1000)),
    );
  }
  return { entries, isWhole: true };
}

const kinds = new Map<number, FileEntry["kind"]>([
  [0o040000, "folder"],
  [0o100000, "file"],
  [0o120000, "link"],
]);

/** `mode` as `stat` gives it, with the bits that tell the kind. */
export function entryOf(name: string, mode: number, bytes: number, modified: Date): FileEntry {
  return { name, kind: kinds.get(mode & 0o170000) ?? "other", bytes, modifiedAt: modified.toISOString(), mode: mode & 0o7777 };
}

/** The parts of a place's way below its root; `invalid` for one that a parser should not have let through. */
export function partsOf({ path }: FilePlace): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  if (path.includes("\0") || path.startsWith("/") || parts.some((part) => part === ".." || part === "."))
    throw new AppError("invalid", `${JSON.stringify(path)} is no path below a folder`);
  return parts;
}

export const isLink = (path: string): AppError =>
  new AppError("invalid", `${path} is a link, and links are not followed here: open what it leads to`);

export const isAbsent = (path: string): AppError => new AppError("not_found", `there is no ${path} in the unit`);

export const isNoFolder = (path: string): AppError => new AppError("invalid", `${path} is no folder`);
