import { createReadStream } from "node:fs";
import { lstat, open, readdir, readFile, readlink, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { confineLinks } from "./confined-links.ts";
import { holdsSecrets, ignoreFiles, ignoreRules } from "./ignore-rules.ts";
import { leftOut } from "./left-out.ts";
import { refused } from "./refused.ts";
import { snapshotTar } from "./snapshot-tar.ts";
import type { SourceEntry } from "./source-entry.ts";
import { defaultSourceLimits, type SourceLimits } from "./source-limits.ts";
import type { SourceSnapshot } from "./source-snapshot.ts";

/** A folder on this machine as a source, without what its ignore files leave out. Throws `not_found` without one, `invalid` for what no source may hold. */
export async function folderSource(folder: string, limits: SourceLimits = defaultSourceLimits): Promise<SourceSnapshot> {
  const root = resolve(folder);
  if (!(await stat(root).catch(() => null))?.isDirectory()) throw new AppError("not_found", `there is no folder ${folder}`);
  const entries: SourceEntry[] = [];
  const secrets: string[] = [];
  const rules = ignoreRules(() => performance.now());
  let bytes = 0;
  let seen = 0;
  await walk("", 1);
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
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

  async function walk(below: string, depth: number): Promise<void> {
    const found = await readdir(join(root, below), { withFileTypes: true });
    const names = new Set(found.filter((each) => each.isFile()).map((each) => each.name));
    const at = (name: string): string => (below === "" ? name : `${below}/${name}`);
    for (const name of ignoreFiles) if (names.has(name)) rules.add(at(name), await firstPart(join(root, at(name))));
    for (const each of found) {
      const path = at(each.name);
      if (rules.isOut(path, each.isDirectory())) {
        if (holdsSecrets(path)) secrets.push(path);
        continue;
      }
      if (++seen > limits.entries) throw refused(path, `at most ${limits.entries} files and folders`);
      if (depth > limits.depth) throw refused(path, `at most ${limits.depth} folders in each other`);
      if (Buffer.byteLength(path) > limits.pathBytes) throw refused(path, `a path of at most ${limits.pathBytes} bytes`);
      if (each.isDirectory()) await walk(path, depth + 1);
      else entries.push(await entryAt(path, each));
    }
  }

  async function entryAt(path: string, kind: { isSymbolicLink(): boolean; isFile(): boolean }): Promise<SourceEntry> {
    if (kind.isSymbolicLink()) return { path, bytes: 0, isExecutable: false, target: await readlink(join(root, path)) };
    if (!kind.isFile()) throw refused(path, "a file, a folder or a link");
    const about = await lstat(join(root, path));
    bytes += about.size;
    if (bytes > limits.bytes) throw refused(path, `at most ${limits.bytes} bytes in all`);
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
