import { chmod, lstat, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { defaultSourceLimits, type SourceLimits } from "@agentpod/core/source/source-limits";
import { entrySpool } from "./entry-spool.ts";
import { readGitTree } from "./read-git-tree.ts";
import { type GitBounds, ownEnvironment, type RunningGit, runGit, sizeOf, startGit } from "./run-git.ts";
import type { SourceSnapshot } from "./source-snapshot.ts";

/** What was last taken: whatever else lies in a repository is half done. */
export interface TakenPush {
  branch: string;
  commit: string;
}

export interface PushOptions {
  /** `PATH` for git. */
  environment: Record<string, string>;
  /** Of what is sent at once. A repository that has grown to more than twice of it begins anew: the next push sends all. */
  mostBytes: number;
  /** Ends everything. */
  signal: AbortSignal;
}

/**
 * A bare repository of ours that others push to, with git's own program. One process at a time may have one open: what a crash left in it
 * is put away when it is opened.
 */
export interface PushedRepository {
  /** What git answers before a push: refs and what it can. */
  advertise(): RunningGit;
  /** Takes a push: commands and pack go in, the report comes out. No hook is run; objects are checked. */
  receive(signal: AbortSignal): RunningGit;
  /** Which branch deploys: it cannot be deleted. */
  setBranch(branch: string): Promise<void>;
  /** The commit of a branch; null where there is none. */
  commitOf(branch: string): Promise<string | null>;
  /** Back to what was last taken. */
  restore(taken: TakenPush | null): Promise<void>;
  /** The files of a commit. Throws `invalid` for what no source may hold. */
  snapshot(commit: string, scratch: string, limits?: SourceLimits): Promise<SourceSnapshot>;
  /** Packs it anew without what nothing refers to, where many pushes have piled up. */
  tidy(): Promise<void>;
}

/** Opens the repository at `folder`, which is made where it is not there, or is not what it should be. */
export async function openPushed(folder: string, taken: TakenPush | null, options: PushOptions): Promise<PushedRepository> {
  const bounds: GitBounds = {
    repository: folder,
    mostBytes: 4 * options.mostBytes,
    signal: options.signal,
    environment: { ...options.environment, ...ownEnvironment(folder, folder), GIT_ALLOW_PROTOCOL: "" },
  };
  const git = (...argv: string[]) => runGit([...settings(options.mostBytes), ...argv], bounds);
  const remake = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await makeRepository(folder, bounds);
  };
  const commitOf = async (branch: string): Promise<string | null> => {
    const { code, out } = await git("rev-parse", "--verify", "--quiet", `refs/heads/${branch}^{commit}`);
    return code === 0 ? out.trim() : null;
  };
  const restore = async (to: TakenPush | null): Promise<void> => {
    if (to === null) return remake();
    if ((await commitOf(to.branch)) === to.commit) return;
    const { code } = await git("update-ref", `refs/heads/${to.branch}`, to.commit);
    // Without the commit nothing in it is of use: the next push sends all.
    if (code !== 0) await remake();
  };

  if (!(await isRepository(folder)) || (await sizeOf(folder)) > 2 * options.mostBytes) await remake();
  else {
    await removeLeftovers(folder);
    await restore(taken);
  }
  return {
    commitOf,
    restore,
    advertise: () => startGit([...settings(options.mostBytes), "receive-pack", "--stateless-rpc", "--advertise-refs", "."], bounds),
    receive: (signal) =>
      startGit([...settings(options.mostBytes), "receive-pack", "--stateless-rpc", "."], {
        ...bounds,
        signal: AbortSignal.any([options.signal, signal]),
      }),
    async setBranch(branch) {
      const { code } = await git("symbolic-ref", "HEAD", `refs/heads/${branch}`);
      if (code !== 0) throw new AppError("internal", "the repository's branch could not be set");
    },
    async snapshot(commit, scratch, limits = defaultSourceLimits) {
      const spool = await entrySpool(scratch, limits);
      try {
        const notices = await readGitTree(commit, bounds, spool, limits);
        return await spool.snapshot({ ignoring: "own", notices });
      } catch (error) {
        await spool.close();
        throw error;
      }
    },
    async tidy() {
      const packs = await readdir(join(folder, "objects", "pack")).catch(() => []);
      if (packs.filter((name) => name.endsWith(".pack")).length > mostPacks) await git("gc", "--quiet", "--prune=now");
    },
  };
}

const mostPacks = 20;

/** Whatever a pusher or the machine says: objects are checked, no hook is run, and only branches and tags can be written. */
function settings(mostBytes: number): string[] {
  return [
    `receive.maxInputSize=${mostBytes}`,
    "receive.fsckObjects=true",
    // What programs of long ago wrote, and every host of repositories takes.
    ...["badTimezone", "missingSpaceBeforeDate", "zeroPaddedFilemode"].map((what) => `receive.fsck.${what}=ignore`),
    "receive.unpackLimit=1",
    "receive.autogc=false",
    "receive.shallowUpdate=true",
    "receive.denyDeleteCurrent=refuse",
    "receive.advertisePushOptions=false",
    "transfer.hideRefs=refs",
    "transfer.hideRefs=!refs/heads",
    "transfer.hideRefs=!refs/tags",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.logAllRefUpdates=false",
    "core.bigFileThreshold=16m",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "pack.threads=1",
  ].flatMap((setting) => ["-c", setting]);
}

/** Whole or not at all. */
async function makeRepository(folder: string, bounds: GitBounds): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const fresh = await mkdtemp(join(dirname(folder), ".new-"));
  try {
    const { code } = await runGit(["init", "--quiet", "--bare", "--template=", "."], {
      ...bounds,
      repository: fresh,
      environment: { ...bounds.environment, GIT_DIR: fresh },
    });
    if (code !== 0) throw new AppError("internal", "a repository could not be made");
    await chmod(fresh, 0o700);
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
}

/** A folder of ours, not a link to another. */
async function isRepository(folder: string): Promise<boolean> {
  const parts = await Promise.all([folder, join(folder, "objects"), join(folder, "refs")].map((path) => lstat(path).catch(() => null)));
  return parts.every((about) => about?.isDirectory() === true);
}

/** Of a push that was cut off: objects that nobody took, and locks that nobody holds. */
async function removeLeftovers(folder: string): Promise<void> {
  const objects = join(folder, "objects");
  for (const name of await readdir(objects))
    if (/^(tmp_objdir|incoming)-/.test(name)) await rm(join(objects, name), { recursive: true, force: true });
  const refs = (await readdir(join(folder, "refs"), { recursive: true })).map((name) => join("refs", name));
  const locks = [...refs, ...(await readdir(folder))].filter((name) => name.endsWith(".lock"));
  for (const name of locks) await rm(join(folder, name), { force: true });
}
