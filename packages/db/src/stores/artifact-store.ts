import type { ArtifactStore } from "@agentpod/core/store";
import { and, eq, isNull, or, sql } from "drizzle-orm";
import { artifacts } from "../schema/artifacts.ts";
import type { Tx } from "../tenant-tx.ts";
import { shareArtifacts } from "./artifact-lock.ts";

export function artifactStore(tx: Tx): ArtifactStore {
  const { db } = tx;
  return {
    insert: async ({ digest, tenant, bytes }) => {
      await shareArtifacts(tx);
      await db
        .insert(artifacts)
        .values({ digest, tenantId: tenant, bytes })
        .onConflictDoUpdate({ target: [artifacts.digest, artifacts.tenantId], set: { givenAt: sql`now()` } });
    },
    allowed: async (digest, tenant) => {
      await shareArtifacts(tx);
      const rows = await db
        .select({ digest: artifacts.digest })
        .from(artifacts)
        .where(and(eq(artifacts.digest, digest), or(isNull(artifacts.tenantId), eq(artifacts.tenantId, tenant))))
        .limit(1);
      return rows.length > 0;
    },
  };
}
