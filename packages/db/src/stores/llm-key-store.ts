import { AppError } from "@agentpod/core/errors";
import type { LlmKey } from "@agentpod/core/llm/llm-key";
import type { LlmKeyStore } from "@agentpod/core/llm/llm-store";
import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { llmKeys } from "../schema/llm-keys.ts";
import { pods } from "../schema/pods.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

const columns = {
  id: llmKeys.id,
  tenantId: llmKeys.tenantId,
  tenant: tenants.name,
  podId: llmKeys.podId,
  pod: pods.name,
  name: llmKeys.name,
  createdAt: llmKeys.createdAt,
  lastUsedAt: llmKeys.lastUsedAt,
  revokedAt: llmKeys.revokedAt,
};

export function llmKeyStore({ db }: Tx): LlmKeyStore {
  const select = async (where: SQL | undefined): Promise<LlmKey[]> => {
    const rows = await db
      .select(columns)
      .from(llmKeys)
      .innerJoin(tenants, eq(tenants.id, llmKeys.tenantId))
      .leftJoin(pods, eq(pods.id, llmKeys.podId))
      .where(where)
      .orderBy(asc(tenants.name), asc(llmKeys.createdAt), asc(llmKeys.id));
    return rows.map((row) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      revokedAt: row.revokedAt?.toISOString() ?? null,
    }));
  };
  const revoke = async (where: SQL): Promise<void> => {
    await db
      .update(llmKeys)
      .set({ revokedAt: sql`now()` })
      .where(and(where, isNull(llmKeys.revokedAt)));
  };

  return {
    insert: async (key) => {
      await db.insert(llmKeys).values(key);
      const [stored] = await select(eq(llmKeys.id, key.id));
      if (!stored) throw new AppError("internal", "The LLM key was not stored.");
      return stored;
    },
    list: ({ tenant }) => select(tenant === undefined ? undefined : eq(tenants.name, tenant)),
    get: async (tenant, id) => {
      const [key] = await select(and(eq(tenants.name, tenant), eq(llmKeys.id, id)));
      if (!key) throw new AppError("not_found", `Tenant ${tenant} has no LLM key ${id}.`);
      return key;
    },
    revoke: (id) => revoke(eq(llmKeys.id, id)),
    revokeOfPod: (pod) => revoke(eq(llmKeys.podId, pod)),
    podHasKey: async (pod) =>
      (
        await db
          .select({ id: llmKeys.id })
          .from(llmKeys)
          .where(and(eq(llmKeys.podId, pod), isNull(llmKeys.revokedAt)))
          .limit(1)
      ).length > 0,
  };
}
