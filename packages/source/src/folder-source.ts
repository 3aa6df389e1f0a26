import { createReadStream } from "node:fs";
import { lstat, open, readdir, readFile, readlink, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { tooLarge } from "@agentpod/core/source/beyond-limits";
import { leftOut } from "@agentpod/core/source/left-out";
import { refused } from "@agentpod/core/source/refused";
import { type FolderEntry, selectFiles } from "@agentpod/core/source/select-files";
import { defaultSourceLimits, type SourceLimits } from "@agentpod/core/source/source-limits";
import { confineLinks } from "./confined-links.ts";
import { snapshotTar } from "./snapshot-tar.ts";
import type { SourceEntry } from "./source-entry.ts";
import type { SourceSnapshot } from "./source-snapshot.ts";

interface DiskEntry extends FolderEntry {
  isLink: boolean;
}

/** A folder on this machine as a source, without what its ignore files leave out. Throws `not_found` without one, `invalid` for what no source may hold. */
export async function folderSource(folder: string, limits: SourceLimits = defaultSourceLimits): Promise<SourceSnapshot> {
  const root = resolve(folder);
  if (!(await stat(root).catch(() => null))?.isDirectory()) throw new AppError("not_found", `there is no folder ${folder}`);
  const entries: SourceEntry[] = [];
  let bytes = 0;
  const { files: found, secrets } = await selectFiles<DiskEntry>(
    {
      list: async (path) =>
        (await readdir(join(root, path), { withFileTypes: true })).map((each) => ({
          name: each.name,
          kind: each.isDirectory() ? "folder" : each.isFile() ? "file" : "other",
          isLink: each.isSymbolicLink(),
        })),
      text: (path) => firstPart(join(root, path)),
      now: () => performance.now(),
    },
    limits,
  );
  for (const { path, entry } of found) entries.push(await entryAt(path, entry));
  confineLinks(entries);
  const files = new Set(entries.filter(({ target }) => target === null).map(({ path }) => path));
  return {
    entries,
    bytes,
    notices: leftOut(secrets),
    read: async (path) => (files.has(path) ? readFile(join(root, path)).catch(() => null) : null),
    tar: () => snapshotTar(entries, ({ path }) => createReadStream(join(root, path))),
    close: async () => undefined,
  };

  async function entryAt(path: string, { kind, isLink }: DiskEntry): Promise<SourceEntry> {
    if (isLink) return { path, bytes: 0, isExecutable: false, target: await readlink(join(root, path)) };
    if (kind !== "file") throw refused(path, "a file, a folder or a link");
    const about = await lstat(join(root, path));
    bytes += about.size;
    if (bytes > limits.bytes) throw tooLarge(path, limits);
    return { path, bytes: about.size, isExecutable: (about.mode & 0o100) !== 0, target: null };
  }
}

/** As much of an ignore file as rules take, and one byte more. */
async function firstPart(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(65_537), 0, 65_537, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await handle.close();
  }
}
