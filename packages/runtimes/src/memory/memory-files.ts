import { posix } from "node:path";
import { AppError } from "@agentpod/core/errors";

export type MemoryEntry =
  | { type: "directory"; mode: number }
  | { type: "file"; mode: number; body: Buffer }
  /** Kept and given back; never followed. */
  | { type: "symlink"; mode: number; target: string };

/** A file tree by relative path without leading slash; its root is always there. Entries are never changed, only replaced. */
export type MemoryTree = Map<string, MemoryEntry>;

interface Mount {
  path: string;
  tree: MemoryTree;
  isWritable: boolean;
}

/** The files of one unit: its own root, with code, volumes and memory file systems mounted on it. */
export class MemoryFiles {
  readonly #mounts: Mount[];

  constructor(root: { isWritable: boolean }) {
    this.#mounts = [{ path: "/", tree: new Map(), isWritable: root.isWritable }];
  }

  /** In place of what was mounted there. */
  mount(path: string, tree: MemoryTree): void {
    const at = posix.resolve("/", path);
    const old = this.#mounts.findIndex((mount) => mount.path === at);
    if (old >= 0) this.#mounts.splice(old, 1);
    this.#mounts.push({ path: at, tree, isWritable: true });
    this.#mounts.sort((a, b) => b.path.length - a.path.length);
  }

  /** Puts a tree into the unit's own root, also when that is read-only: part of the image. */
  bake(path: string, tree: MemoryTree): void {
    const root = this.#mounts.find((mount) => mount.path === "/") as Mount;
    const folder = posix.resolve("/", path).slice(1);
    putEntry(root.tree, folder, { type: "directory", mode: 0o755 });
    for (const [name, entry] of tree) putEntry(root.tree, posix.join(folder, name), entry);
  }

  find(path: string): MemoryEntry | null {
    const { mount, name } = this.#locate(path);
    if (name === "" || this.#mounts.some((m) => m.path === posix.resolve("/", path))) return { type: "directory", mode: 0o755 };
    return mount.tree.get(name) ?? null;
  }

  /** Text of a file; null when there is none. */
  read(path: string): string | null {
    const entry = this.find(path);
    return entry?.type === "file" ? entry.body.toString() : null;
  }

  /** Makes missing folders. Throws `invalid` on a read-only root. */
  put(path: string, entry: MemoryEntry): void {
    const { mount, name } = this.#locate(path);
    if (!mount.isWritable) throw new AppError("invalid", `${path} cannot be written: the unit's root is read-only; write to a volume.`);
    putEntry(mount.tree, name, entry);
  }

  write(path: string, text: string): void {
    this.put(path, { type: "file", mode: 0o644, body: Buffer.from(text) });
  }

  /** Everything at and below a path, by names relative to the path's parent; parents first. Empty when there is nothing. */
  list(path: string): [string, MemoryEntry][] {
    const top = posix.resolve("/", path);
    const first = this.find(top);
    if (!first) return [];
    const base = posix.basename(top) || ".";
    const inside = top === "/" ? "/" : `${top}/`;
    const found: [string, MemoryEntry][] = [[base, first]];
    for (const { path: at, tree } of this.#mounts) {
      for (const [name, entry] of tree) {
        const full = posix.join(at, name);
        if (full.startsWith(inside) && this.#locate(full).mount.tree === tree) found.push([`${base}/${full.slice(inside.length)}`, entry]);
      }
    }
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Takes an entry away, with all that is below it; what is mounted there stays. */
  remove(path: string): void {
    const { mount, name } = this.#locate(path);
    if (!mount.isWritable) throw new AppError("invalid", `${path} cannot be deleted: the unit's root is read-only.`);
    for (const known of [...mount.tree.keys()]) if (known === name || known.startsWith(`${name}/`)) mount.tree.delete(known);
  }

  #locate(path: string): { mount: Mount; name: string } {
    const full = posix.resolve("/", path);
    const mount = this.#mounts.find((m) => m.path === "/" || full === m.path || full.startsWith(`${m.path}/`)) as Mount;
    return { mount, name: full.slice(mount.path === "/" ? 1 : mount.path.length + 1) };
  }
}

/** Puts an entry, with the folders above it. */
export function putEntry(tree: MemoryTree, name: string, entry: MemoryEntry): void {
  for (let at = posix.dirname(name); at !== "." && at !== "/"; at = posix.dirname(at)) {
    if (tree.get(at)?.type !== "directory") tree.set(at, { type: "directory", mode: 0o755 });
  }
  if (name !== "" && name !== ".") tree.set(name, entry);
}
