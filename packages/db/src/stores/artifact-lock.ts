import { sql } from "drizzle-orm";
import type { Tx } from "../tenant-tx.ts";

/**
 * Until the transaction ends no artifact's row goes: what was found in it, or is named by what is written, is still there then. Any number at a
 * time; again in the same transaction: no effect.
 */
export async function shareArtifacts({ db }: Tx): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock_shared(hashtext('agentpod artifacts'))`);
}

/** Alone, after those that share them have ended; who wants to share them waits until the transaction has ended. */
export async function ownArtifacts({ db }: Tx): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('agentpod artifacts'))`);
}
