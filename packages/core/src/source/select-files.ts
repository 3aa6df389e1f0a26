import { tooDeep, tooMany } from "./beyond-limits.ts";
import { holdsSecrets, ignoreFiles, ignoreRules } from "./ignore-rules.ts";
import { refused } from "./refused.ts";
import type { SourceLimits } from "./source-limits.ts";

/** What lies in a folder: `file` that is read as it is, or `other`, such as a link. */
export interface FolderEntry {
  name: string;
  kind: "folder" | "file" | "other";
}

/** How a folder is read, wherever it is: on a disk, or in a browser that was given it. */
export interface FolderReader<E extends FolderEntry> {
  /** Of the folder itself for "". `entry` is what was given for the folder; null for the top. */
  list(path: string, entry: E | null): Promise<readonly E[]>;
  /** At least the first 65,537 bytes of an ignore file, or all of it. */
  text(path: string, entry: E): Promise<string>;
  /** In milliseconds, of any beginning: patterns may take so long and no longer. */
  now(): number;
}

export interface SelectedFiles<E> {
  /** All but folders, by path as code units are ordered. */
  files: { path: string; entry: E }[];
  /** Files of environment that stay behind. */
  secrets: string[];
}

/**
 * What of a folder becomes a source: everything but what its ignore files leave out. Folders that stay behind are not looked into.
 * Throws `invalid` beyond the limits of count, depth and length.
 */
export async function selectFiles<E extends FolderEntry>(reader: FolderReader<E>, limits: SourceLimits): Promise<SelectedFiles<E>> {
  const files: SelectedFiles<E>["files"] = [];
  const secrets: string[] = [];
  const rules = ignoreRules(reader.now);
  let seen = 0;
  await walk("", null, 1);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, secrets };

  async function walk(below: string, folder: E | null, depth: number): Promise<void> {
    const found = await reader.list(below, folder);
    const at = (name: string): string => (below === "" ? name : `${below}/${name}`);
    for (const name of ignoreFiles) {
      const rule = found.find((each) => each.kind === "file" && each.name === name);
      if (rule) rules.add(at(name), await reader.text(at(name), rule));
    }
    for (const each of found) {
      const path = at(each.name);
      if (rules.isOut(path, each.kind === "folder")) {
        if (holdsSecrets(path)) secrets.push(path);
        continue;
      }
      if (++seen > limits.entries) throw tooMany(path, limits);
      if (depth > limits.depth) throw tooDeep(path, limits);
      if (new TextEncoder().encode(path).length > limits.pathBytes) throw refused(path, `a path of at most ${limits.pathBytes} bytes`);
      if (each.kind === "folder") await walk(path, each, depth + 1);
      else files.push({ path, entry: each });
    }
  }
}
