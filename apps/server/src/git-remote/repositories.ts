import { mkdirSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "@agentpod/core/store";
import { openPushed, type PushedRepository, type TakenPush } from "@agentpod/source/pushed-repository";
import { projectLocks } from "./project-locks.ts";

/** Where pushes to applications go: a bare repository each. It can be lost at any time: the next push then sends everything. */
export interface Repositories {
  /** Opened for one at a time; to be let go. Throws `unavailable` while others have it. */
  open(
    tenantId: string,
    name: string,
    taken: () => Promise<TakenPush | null>,
  ): Promise<{ repository: PushedRepository; before: TakenPush | null; release(): void }>;
  /** Of one push, in bytes. */
  mostBytes: number;
  /** No effect where there is none. */
  remove(tenantId: string, name: string): Promise<void>;
  /** Takes away those of applications to which nothing was ever pushed whole, or that are gone; gives how many. */
  sweep(): Promise<number>;
}

export interface RepositoriesDeps {
  /** Made if it is not there. */
  folder: string;
  /** For git. */
  searchPath: string;
  database: Pick<Database, "asSystem">;
  clock(): Date;
  /** Of one push, in bytes; 1 GiB unless given. */
  mostBytes?: number;
  /** How long one waits for another push; a minute unless given. */
  waitMs?: number;
}

const longestMs = 30 * 60_000;
/** A first push is under way for a while before anything is written down of it. */
const unknownMs = 3_600_000;

export function repositories(deps: RepositoriesDeps): Repositories {
  const { folder, searchPath, database, clock, mostBytes = 1024 ** 3, waitMs = 60_000 } = deps;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const locks = projectLocks();
  const pathOf = (tenantId: string, name: string): string => join(folder, tenantId, `${name}.git`);
  const discard = async (path: string): Promise<void> => {
    const gone = join(folder, `.gone-${path.slice(folder.length + 1).replaceAll("/", "-")}-${clock().getTime()}`);
    const isThere = await rename(path, gone).then(
      () => true,
      () => false,
    );
    if (isThere) await rm(gone, { recursive: true, force: true });
  };
  return {
    mostBytes,
    async open(tenantId, name, taken) {
      const release = await locks.take(`${tenantId}/${name}`, waitMs);
      try {
        const options = { environment: { PATH: searchPath }, mostBytes, signal: AbortSignal.timeout(longestMs) };
        const before = await taken();
        return { repository: await openPushed(pathOf(tenantId, name), before, options), before, release };
      } catch (error) {
        release();
        throw error;
      }
    },
    async remove(tenantId, name) {
      const release = await locks.take(`${tenantId}/${name}`, longestMs);
      try {
        await discard(pathOf(tenantId, name));
      } finally {
        release();
      }
    },
    async sweep() {
      const known = new Set((await database.asSystem((store) => store.gitRemotes.list())).map((one) => `${one.tenantId}/${one.name}.git`));
      let removed = 0;
      for (const tenantId of await readdir(folder)) {
        if (tenantId.startsWith(".gone-")) await rm(join(folder, tenantId), { recursive: true, force: true });
        for (const entry of await readdir(join(folder, tenantId)).catch(() => [])) {
          const path = join(folder, tenantId, entry);
          const about = await stat(path).catch(() => null);
          const isOld = about !== null && clock().getTime() - about.mtimeMs > unknownMs;
          if (!isOld || known.has(`${tenantId}/${entry}`) || !locks.isFree(`${tenantId}/${entry.replace(/\.git$/, "")}`)) continue;
          await discard(path);
          removed++;
        }
      }
      return removed;
    },
  };
}
