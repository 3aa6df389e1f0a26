import { createHash } from "node:crypto";
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { buffer } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import { pack } from "tar-stream";
import { foreignDependencies } from "./foreign-dependencies.ts";

export interface PackedFolder {
  tar: Buffer;
  /** `sha256:<hex>` of the tar. */
  digest: string;
}

/** No time of its own: the same content has the same digest on every machine. */
const noTime = new Date(0);

/**
 * An uncompressed tar of a folder's content, the same bytes for the same content: sorted, without times and owners, and
 * with no modes but 0644 and 0755. Packages that it depends on and that are installed elsewhere (a workspace) are packed
 * along in its `node_modules`. Throws `not_found` without a folder, `invalid` for links that lead outside and for
 * anything that is neither file, folder nor link.
 */
export async function packFolder(folder: string): Promise<PackedFolder> {
  const root = resolve(folder);
  const about = await stat(root).catch(() => null);
  if (!about?.isDirectory()) throw new AppError("not_found", `there is no folder ${folder}`);
  const archive = pack();
  const bytes = buffer(archive);
  bytes.catch(() => undefined);
  const dependencies = await foreignDependencies(root);
  await addFolder(archive, { root, prefix: "", skip: dependencies.length > 0 ? "node_modules" : null }, "");
  for (const { from, to } of dependencies) await addFolder(archive, { root: from, prefix: `${to}/`, skip: "node_modules" }, "");
  archive.finalize();
  const tar = await bytes;
  return { tar, digest: `sha256:${createHash("sha256").update(tar).digest("hex")}` };
}

interface Source {
  root: string;
  /** Where its content goes in the archive. */
  prefix: string;
  /** A folder at its top that stays behind. */
  skip: string | null;
}

async function addFolder(archive: ReturnType<typeof pack>, source: Source, path: string): Promise<void> {
  const { root, prefix, skip } = source;
  const entries = await readdir(join(root, path), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const name = path === "" ? entry.name : `${path}/${entry.name}`;
    if (name === skip) continue;
    const header = { name: prefix + name, mtime: noTime, uid: 0, gid: 0, uname: "", gname: "" };
    if (entry.isDirectory()) {
      archive.entry({ ...header, name: `${prefix}${name}/`, type: "directory", mode: 0o755 });
      await addFolder(archive, source, name);
    } else if (entry.isSymbolicLink()) {
      const linkname = await readlink(join(root, name));
      checkLink(root, name, linkname);
      archive.entry({ ...header, type: "symlink", linkname, mode: 0o777 });
    } else if (entry.isFile()) {
      const content = await readFile(join(root, name));
      const { mode } = await stat(join(root, name));
      archive.entry({ ...header, mode: (mode & 0o100) === 0 ? 0o644 : 0o755 }, content);
    } else throw new AppError("invalid", `${name} is neither a file, a folder nor a link and cannot be packed`);
  }
}

function checkLink(root: string, name: string, target: string): void {
  const from = relative(root, resolve(dirname(join(root, name)), target));
  if (target.startsWith("/") || from === ".." || from.startsWith(`..${sep}`)) {
    throw new AppError("invalid", `the link ${name} leads outside the folder; use a relative link to something inside`);
  }
}
