import type { ArtifactStore } from "@agentpod/core/store";
import { and, eq, isNull, or } from "drizzle-orm";
import { artifacts } from "../schema/artifacts.ts";
import type { Tx } from "../tenant-tx.ts";

export function artifactStore({ db }: Tx): ArtifactStore {
  return {
    insert: async ({ digest, tenant, bytes }) => {
      await db.insert(artifacts).values({ digest, tenantId: tenant, bytes }).onConflictDoNothing();
    },
    allowed: async (digest, tenant) => {
      const rows = await db
        .select({ digest: artifacts.digest })
        .from(artifacts)
        .where(and(eq(artifacts.digest, digest), or(isNull(artifacts.tenantId), eq(artifacts.tenantId, tenant))))
        .limit(1);
      return rows.length > 0;
    },
  };
}
