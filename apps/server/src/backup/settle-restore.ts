import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "@agentpod/host/home";
import { syncFolder } from "@agentpod/host/save-backup";

/** Under which the database says which restore it is from. */
export const restoredKey = "restored";

/**
 * Ends what a restore has begun: the heads of the audit chain that it put aside come into their place if the database is that
 * restore's; what never got that far is removed. At every start, for a restore may have been cut off anywhere; again: no effect.
 */
export async function settleRestore(home: Home, findSetting: (key: string) => Promise<unknown>): Promise<void> {
  const begun: string[] = await readdir(home.restoring).catch(() => []);
  if (begun.length === 0) return;
  const { id } = ((await findSetting(restoredKey)) ?? {}) as { id?: string };
  if (id !== undefined && begun.includes(id)) await moveHeads(home, join(home.restoring, id, "heads.jsonl"), id);
  await rm(home.restoring, { recursive: true, force: true });
}

/** The heads of before stay, under another name: they tell what was given up. */
async function moveHeads(home: Home, staged: string, id: string): Promise<void> {
  if (!(await stat(staged).catch(() => null))) return;
  const heads = join(home.audit, "heads.jsonl");
  const before = join(home.audit, `heads-before-${id}.jsonl`);
  // It is there where we were cut off between the two.
  if (!(await stat(before).catch(() => null)))
    await rename(heads, before).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  await rename(staged, heads);
  await syncFolder(home.audit);
}
