import type { Store } from "@agentpod/core/store";
import { findEmbeddedUrl } from "@agentpod/db/embedded/start-embedded";
import { loadMasterKey } from "@agentpod/db/master-key";
import { openDatabase } from "@agentpod/db/open-database";
import type { Home } from "@agentpod/host/home";

/** One look into the database of an installation beside its server, with its master key, as the system role. Throws where none runs. */
export async function inStore<T>(home: Home, env: NodeJS.ProcessEnv, work: (store: Store) => Promise<T>): Promise<T> {
  const ownerUrl = env.DATABASE_URL ?? (await findEmbeddedUrl(home));
  if (!ownerUrl) throw new Error("its PostgreSQL does not run");
  const masterKey = loadMasterKey(home, { AGENTPOD_MASTER_KEY: env.AGENTPOD_MASTER_KEY });
  const database = await openDatabase({ ownerUrl, masterKey, embedded: env.DATABASE_URL === undefined });
  try {
    return await database.asSystem(work);
  } finally {
    await database.close();
  }
}
