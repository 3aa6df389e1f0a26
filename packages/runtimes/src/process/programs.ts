import { accessSync, chmodSync, constants, copyFileSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { isRoot } from "@agentpod/host/home";
import { systemPath } from "./body.ts";

export interface ProgramSources {
  /** Folders of programs that AgentPod brings along, by name: `postgres`. `node` is always there. */
  programs: Record<string, string>;
  /** Search path of the control plane, for programs of the machine. */
  path: string;
  /** Folder for copies that pods' users can reach. */
  copies: string;
}

/** Folders to put on the path for these needs, ours first. `invalid` for a program that is not there. */
export function programFolders(unit: string, needs: readonly string[], sources: ProgramSources): string[] {
  const folders = needs.map((name) => {
    if (name === "node") return nodeFolder(sources.copies);
    const brought = Object.hasOwn(sources.programs, name) ? sources.programs[name] : undefined;
    return brought ?? searched(unit, name, sources.path);
  });
  return [...new Set(folders)].filter((folder) => !systemPath.includes(folder));
}

/** The Node that runs AgentPod; a copy where pods' users cannot walk to the original. */
function nodeFolder(copies: string): string {
  const original = process.execPath;
  if (basename(original) === "node" && (!isRoot() || isReachable(dirname(original)))) return dirname(original);
  const folder = join(copies, `node-${process.version}`);
  const copy = join(folder, "node");
  if (statSync(copy, { throwIfNoEntry: false })?.size === statSync(original).size) return folder;
  mkdirSync(folder, { recursive: true });
  chmodSync(copies, 0o711);
  chmodSync(folder, 0o755);
  const draft = `${copy}.${process.pid}`;
  try {
    copyFileSync(original, draft, constants.COPYFILE_FICLONE);
    chmodSync(draft, 0o755);
    renameSync(draft, copy);
  } finally {
    rmSync(draft, { force: true });
  }
  return folder;
}

function searched(unit: string, name: string, path: string): string {
  const found = [...systemPath, ...path.split(delimiter)].find((folder) => isProgram(folder, name));
  if (found) return found;
  throw new AppError(
    "invalid",
    `unit ${unit} needs the program ${name}, which is not on this machine: install it, or use a machine with Docker`,
    {
      issues: [{ path: `units.${unit}.local.needs`, expected: `${name} on the search path` }],
    },
  );
}

function isProgram(folder: string, name: string): boolean {
  if (!folder.startsWith("/")) return false;
  try {
    accessSync(join(folder, name), constants.X_OK);
    return statSync(join(folder, name)).isFile() && (!isRoot() || isReachable(folder));
  } catch {
    return false;
  }
}

/** Every user can walk there. */
function isReachable(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
