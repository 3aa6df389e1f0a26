import { invalidInput } from "../../draft-issues.ts";
import { fieldOf, textsOf } from "./field-of.ts";
import type { Say } from "./findings.ts";
import { globMatch } from "./glob-match.ts";
import { type NodePackage, nodePackage } from "./node-package.ts";
import { deployable } from "./node-start.ts";
import { joined, type ProjectFiles, relativeTo } from "./project-files.ts";

const mostPackages = 300;

export interface Workspace {
  /** The file that says so. */
  file: string;
  members: NodePackage[];
}

/** The packages of a workspace; null where `root` is none. Throws `invalid` for more than can be looked at. */
export function nodeWorkspace(files: ProjectFiles, root: NodePackage): Workspace | null {
  const pnpm = joined(root.folder, "pnpm-workspace.yaml");
  const told = files.has(pnpm) ? textsOf(files.data(pnpm), "packages") : [];
  const own = [...textsOf(root.data, "workspaces"), ...textsOf(fieldOf(root.data, "workspaces"), "packages")];
  const patterns = (told.length > 0 ? told : own).slice(0, 100);
  if (patterns.length === 0) return null;
  const folders = files.paths.flatMap((path) => {
    const inside = relativeTo(root.folder, path);
    if (inside === null || !inside.endsWith("/package.json") || /(^|\/)node_modules\//.test(inside)) return [];
    const folder = inside.slice(0, -"/package.json".length);
    const isIn =
      patterns.some((p) => !p.startsWith("!") && globMatch(p, folder)) &&
      !patterns.some((p) => p.startsWith("!") && globMatch(p.slice(1), folder));
    return isIn ? [joined(root.folder, folder)] : [];
  });
  if (folders.length > mostPackages)
    throw invalidInput([
      { path: "root", expected: `the folder of one of the ${folders.length} packages; more than ${mostPackages} are not looked through` },
    ]);
  return { file: told.length > 0 ? pnpm : root.file, members: folders.flatMap((folder) => nodePackage(files, folder) ?? []) };
}

/**
 * The package that is the application. Throws `invalid` naming the candidates where several could be, or none.
 * The root itself counts where it starts a program of its own.
 */
export function chooseMember(files: ProjectFiles, root: NodePackage, workspace: Workspace, say: Say): NodePackage | null {
  const candidates = workspace.members.filter((member) => deployable(files, member));
  const [only, ...others] = candidates;
  if (only && others.length === 0) {
    say(
      "root",
      `Of ${workspace.members.length} packages of the workspace ${short(root, only)} alone can be started or served.`,
      workspace.file,
    );
    return only;
  }
  if (only)
    throw invalidInput([
      {
        path: "root",
        expected: `one of ${candidates.map((each) => short(root, each)).join(", ")}: each of these packages could be the application; say which`,
      },
    ]);
  if (root.scripts.has("start") || root.main !== null) {
    say("root", "No package of the workspace can be started; the workspace itself is the application.", root.file);
    return null;
  }
  throw invalidInput([
    {
      path: `${root.file}.workspaces`,
      expected: "a package with a start script, or one that is built to a site; none of this workspace is",
    },
  ]);
}

const short = (root: NodePackage, member: NodePackage): string => relativeTo(root.folder, member.folder) ?? member.folder;
