import ignore, { type Ignore } from "ignore";
import { refused } from "./refused.ts";

/** Files with patterns of what stays behind, as git knows them. The second goes before the first. */
export const ignoreFiles = [".gitignore", ".agentpodignore"] as const;

/** What no project means to hand over; `.agentpodignore` may take it back by `!name`. */
const byItself = [
  "node_modules/",
  ".venv/",
  "__pycache__/",
  ".DS_Store",
  ".env",
  ".env.*",
  "!.env.example",
  "!.env.sample",
  "!.env.template",
  "!.env.dist",
  "!.env.defaults",
];
const mostBytes = 65_536;
/** More of them fit a long name in more ways than can be tried. */
const mostStars = 4;
const mostMilliseconds = 10_000;

export interface IgnoreRules {
  /** To be called for each ignore file, those of folders above first. Throws `invalid` for patterns that no file needs. */
  add(path: string, text: string): void;
  /** Whether a file or folder stays behind; those below a folder that does are not asked for. */
  isOut(path: string, isFolder: boolean): boolean;
}

type Verdict = boolean | null;

/** Rules of nested ignore files: the nearest that says something of a path decides. `now` in milliseconds bounds how long patterns may take. */
export function ignoreRules(now: () => number): IgnoreRules {
  const usual = matcher(byItself.join("\n"));
  const rules = new Map<string, { git: Ignore | null; own: Ignore | null }>();
  let spent = 0;
  const verdict = (kind: "git" | "own", path: string, isFolder: boolean): Verdict => {
    const names = path.split("/");
    for (let length = names.length - 1; length >= 0; length--) {
      const rule = rules.get(names.slice(0, length).join("/"))?.[kind];
      if (!rule) continue;
      const { ignored, unignored } = rule.test(names.slice(length).join("/") + (isFolder ? "/" : ""));
      if (ignored || unignored) return ignored;
    }
    return null;
  };
  const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  /** Whether `!name` takes a folder back, or one above it, as a whole. */
  const isTakenBack = (folder: string): boolean =>
    folder !== "" && ((own) => (own === null ? isTakenBack(folderOf(folder)) : !own))(verdict("own", folder, true));
  return {
    add(path, text) {
      if (text.length > mostBytes) throw refused(path, `a file of at most ${mostBytes} bytes`);
      for (const line of text.split("\n"))
        if (!line.startsWith("#") && line.split("/").some((name) => (name.match(/\*+/g)?.length ?? 0) > mostStars))
          throw refused(path, `patterns with at most ${mostStars} stars in a name`);
      const folder = folderOf(path);
      const known = rules.get(folder) ?? { git: null, own: null };
      rules.set(folder, path.endsWith(".gitignore") ? { ...known, git: matcher(text) } : { ...known, own: matcher(text) });
    },
    isOut(path, isFolder) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      if (name === ".git") return true;
      const started = now();
      const own = verdict("own", path, isFolder);
      const isOut =
        own ?? (usual.ignores(name + (isFolder ? "/" : "")) || (!isTakenBack(folderOf(path)) && (verdict("git", path, isFolder) ?? false)));
      spent += now() - started;
      if (spent > mostMilliseconds) throw refused(ignoreFiles[0], "patterns that take less time");
      return isOut;
    },
  };
}

function matcher(text: string): Ignore {
  return ignore({ ignorecase: false }).add(text);
}

/** Whether a file that stays behind may hold secrets, which its owner should be told of. */
export const holdsSecrets = (path: string): boolean => /(^|\/)\.env(\.[^/]*)?$/.test(path);
