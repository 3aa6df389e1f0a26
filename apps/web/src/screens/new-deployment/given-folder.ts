import type { FolderEntry } from "@agentpod/core/source/select-files";

/** What lies in a folder that a browser was given; nothing of it is read before it is asked for. */
export interface GivenEntry extends FolderEntry {
  /** Null for a file. */
  children: (() => Promise<readonly GivenEntry[]>) | null;
  /** Null for a folder. */
  file: (() => Promise<File>) | null;
}

/** `name`: of what was given; empty where it has none. */
export type Given = { is: "folder"; name: string; entries: readonly GivenEntry[] } | { is: "archive"; name: string; file: File };

const isArchive = (name: string): boolean => /\.(tar|tgz|tar\.gz|zip)$/i.test(name);

/** What was chosen by a field for folders, or by one for files. Null for nothing. */
export function givenOfField(list: readonly File[]): Given | null {
  const [first] = list;
  if (first === undefined) return null;
  if (list.length === 1 && !first.webkitRelativePath && isArchive(first.name)) return { is: "archive", name: first.name, file: first };
  const { name, entries } = folderTree(list.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
  return { is: "folder", name, entries };
}

/** A tree from paths that begin with the folder's own name, as fields for folders give them. */
export function folderTree(files: readonly { path: string; file: File }[]): { name: string; entries: GivenEntry[] } {
  const tops = new Set(files.map(({ path }) => (path.includes("/") ? (path.split("/")[0] ?? "") : "")));
  const [only = ""] = tops;
  const name = tops.size === 1 ? only : "";
  const below = (prefix: string, own: readonly { path: string; file: File }[]): GivenEntry[] => {
    const groups = new Map<string, { path: string; file: File }[]>();
    for (const one of own) {
      const part = one.path.slice(prefix.length).split("/")[0] ?? "";
      const group = groups.get(part);
      if (group) group.push(one);
      else groups.set(part, [one]);
    }
    return [...groups].map(([part, group]) => {
      const [first] = group;
      const isFile = group.length === 1 && first?.path === prefix + part;
      return isFile && first
        ? { name: part, kind: "file", children: null, file: async () => first.file }
        : { name: part, kind: "folder", children: async () => below(`${prefix}${part}/`, group), file: null };
    });
  };
  return { name, entries: below(name === "" ? "" : `${name}/`, files) };
}

/** What was dropped; folders are read when they are looked into. To be called while the drop is handled. Null for nothing. */
export async function givenOfDrop(items: Iterable<DataTransferItem>): Promise<Given | null> {
  const dropped = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const [only] = dropped;
  if (only === undefined) return null;
  if (dropped.length > 1) return { is: "folder", name: "", entries: dropped.map(entryOf) };
  if (only.isDirectory) return { is: "folder", name: only.name, entries: await childrenOf(only as FileSystemDirectoryEntry) };
  if (!isArchive(only.name)) return { is: "folder", name: "", entries: [entryOf(only)] };
  return { is: "archive", name: only.name, file: await fileOf(only as FileSystemFileEntry) };
}

function entryOf(entry: FileSystemEntry): GivenEntry {
  return entry.isDirectory
    ? { name: entry.name, kind: "folder", children: () => childrenOf(entry as FileSystemDirectoryEntry), file: null }
    : { name: entry.name, kind: "file", children: null, file: () => fileOf(entry as FileSystemFileEntry) };
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<GivenEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  // It gives a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found.map(entryOf);
    found.push(...some);
  }
}
