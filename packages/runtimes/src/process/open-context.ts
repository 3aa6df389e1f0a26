import { execFile } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RuntimeContext } from "@agentpod/core/runtime";
import { isRoot } from "@agentpod/host/home";
import { systemPath } from "./body.ts";
import { openCgroups } from "./cgroups.ts";
import type { ProcessContext, ProcessOptions } from "./context.ts";
import { processPaths } from "./paths.ts";

const run = promisify(execFile);

/** Finds out once what this machine allows, and deletes what a crash left half deleted. */
export async function openContext(given: RuntimeContext & ProcessOptions): Promise<ProcessContext> {
  const root = isRoot();
  mkdirSync(given.stateDir, { recursive: true });
  // As root, pods' users walk through it to their own folder.
  if (root) chmodSync(given.stateDir, 0o711);
  // Links on the way would make a hidden folder and its contents two different paths.
  const stateDir = realpathSync(given.stateDir);
  const paths = processPaths(stateDir);
  await rm(paths.trash, { recursive: true, force: true });
  return {
    ...given,
    stateDir,
    // bubblewrap puts nothing over what is not there.
    hide: given.hide.filter((path) => existsSync(path)).map((path) => realpathSync(path)),
    paths,
    root,
    cgroups: openCgroups(given.installation),
    bwrap: await workingBwrap(given.programs, root),
    setpriv: findProgram("setpriv", systemPath),
  };
}

/** bubblewrap needs user namespaces, which containers and some systems forbid: only a try can tell. */
async function workingBwrap(programs: Record<string, string>, root: boolean): Promise<string | null> {
  const found = findProgram("bwrap", programs.bwrap ? [programs.bwrap] : systemPath);
  if (!found) return null;
  try {
    const nobody = root ? { uid: 65_534, gid: 65_534 } : {};
    await run(
      found,
      ["--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc", "--tmpfs", "/tmp", "--", "/bin/sh", "-c", ":"],
      {
        cwd: "/",
        timeout: 10_000,
        ...nobody,
      },
    );
    return found;
  } catch {
    return null;
  }
}

function findProgram(name: string, folders: readonly string[]): string | null {
  for (const folder of folders) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not there: the next.
    }
  }
  return null;
}
