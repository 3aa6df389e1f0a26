import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { invalidInput } from "../../draft-issues.ts";
import { isRecord } from "./field-of.ts";

/** One file of a project. */
export interface ListedFile {
  /** From the top, with `/`. */
  path: string;
  bytes: number;
  /** A symbolic link: nothing is read through it. */
  isLink?: boolean;
}

/** Contents as far as they were asked for; null for one that could not be read. */
export type Contents = ReadonlyMap<string, Uint8Array | null>;

/** A configuration that is longer is none. Readers of YAML and TOML are slow where something is nested without end. */
const mostBytes = (path: string): number => (/\.(ya?ml|toml)$/.test(path) ? 131_072 : 524_288);
const mostFiles = 200_000;

/** A project as a listing, and the contents that were asked for so far. */
export interface ProjectFiles {
  /** All but links, sorted. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** Names of the files that lie in a folder itself, sorted. */
  namesIn(folder: string): readonly string[];
  /**
   * A file's text; null where there is none, or where its content was not given yet: then it is in `wanted` from now on.
   * Throws `invalid` for one that is too long or is no UTF-8.
   */
  text(path: string): string | null;
  /** As `text`, but null for one that cannot be read. */
  glance(path: string): string | null;
  /** An object, by the file's ending: JSON, YAML or TOML. Null as in `text`. Throws `invalid` for anything else. */
  data(path: string): Record<string, unknown> | null;
  /** What has to be given before an answer counts, sorted. */
  readonly wanted: readonly string[];
}

/** Throws `invalid` for a listing with paths that lead outside, and for one that is too long. */
export function projectFiles(listing: readonly ListedFile[], contents: Contents): ProjectFiles {
  if (listing.length > mostFiles) throw invalidInput([{ path: "files", expected: `at most ${mostFiles} files` }]);
  const sizes = new Map<string, number>();
  for (const { path, bytes, isLink } of listing) {
    if (!isInside(path)) throw invalidInput([{ path: "files", expected: "paths inside the project, without .. and backslashes" }]);
    if (!isLink) sizes.set(path, bytes);
  }
  const wanted = new Set<string>();
  const give = (path: string): Uint8Array | null => {
    const content = contents.get(path);
    if (content === undefined) wanted.add(path);
    return content ?? null;
  };
  let byFolder: Map<string, string[]> | null = null;
  const files: ProjectFiles = {
    paths: [...sizes.keys()].sort(),
    has: (path) => sizes.has(path),
    namesIn(folder) {
      byFolder ??= namesByFolder(files.paths);
      return byFolder.get(folder) ?? [];
    },
    get wanted() {
      return [...wanted].sort();
    },
    text(path) {
      const bytes = sizes.get(path);
      if (bytes === undefined) return null;
      const most = mostBytes(path);
      const content = bytes > most ? null : give(path);
      if (bytes > most || (content?.byteLength ?? 0) > most) throw invalidInput([{ path, expected: `a file of at most ${most} bytes` }]);
      if (content === null) {
        if (contents.has(path)) throw invalidInput([{ path, expected: "a file that can be read" }]);
        return null;
      }
      const text = decoded(content);
      if (text === null) throw invalidInput([{ path, expected: "text in UTF-8" }]);
      return text;
    },
    glance(path) {
      const bytes = sizes.get(path);
      if (bytes === undefined || bytes > mostBytes(path)) return null;
      const content = give(path);
      return content === null || content.byteLength > mostBytes(path) ? null : decoded(content);
    },
    data(path) {
      const text = files.text(path);
      if (text === null) return null;
      const value = parsed(path, text);
      if (isRecord(value)) return value;
      throw invalidInput([{ path, expected: `an object in ${kindOf(path)}` }]);
    },
  };
  return files;
}

function namesByFolder(paths: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of paths) {
    const end = path.lastIndexOf("/");
    const folder = path.slice(0, Math.max(end, 0));
    const names = found.get(folder);
    if (names) names.push(path.slice(end + 1));
    else found.set(folder, [path.slice(end + 1)]);
  }
  return found;
}

function isInside(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !/[\0\\]/.test(path) && !path.split("/").some((part) => part === ".." || part === "");
}

function decoded(content: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

function parsed(path: string, text: string): unknown {
  try {
    if (path.endsWith(".json")) return JSON.parse(text);
    if (path.endsWith(".toml") || path.endsWith("Pipfile")) return parseToml(text, { maxDepth: 100 });
    return parseYaml(text, { maxAliasCount: 100, prettyErrors: false, logLevel: "silent", merge: true });
  } catch {
    // What a parser says of it is for those who wrote the parser; nesting without end is a stack that is full.
    throw invalidInput([{ path, expected: `an object in ${kindOf(path)}` }]);
  }
}

function kindOf(path: string): string {
  if (path.endsWith(".json")) return "JSON";
  return path.endsWith(".toml") || path.endsWith("Pipfile") ? "TOML" : "YAML";
}

/** `a` and `b` as `a/b`, where either may be empty. */
export function joined(folder: string, path: string): string {
  return folder === "" || path === "" ? folder + path : `${folder}/${path}`;
}

/** A path from `folder`; null where it is not below it. */
export function relativeTo(folder: string, path: string): string | null {
  if (folder === "") return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}
