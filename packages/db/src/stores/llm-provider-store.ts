import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { LlmProvider } from "@agentpod/core/llm/llm-provider";
import type { LlmProviderStore } from "@agentpod/core/llm/llm-store";
import { and, asc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { llmProviders } from "../schema/llm-providers.ts";
import { tenants } from "../schema/tenants.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

/** Without the sealed key, which the app role may not read. */
const columns = {
  id: llmProviders.id,
  tenantId: llmProviders.tenantId,
  tenant: tenants.name,
  name: llmProviders.name,
  dialect: llmProviders.dialect,
  baseUrl: llmProviders.baseUrl,
  models: llmProviders.models,
  priority: llmProviders.priority,
  createdAt: llmProviders.createdAt,
};
const nextRevision = sql`nextval('agentpod.llm_provider_revision')`;
const contextOf = (tenant: string | null, id: string) => ({ of: "llm provider", tenant, id }) as const;

export function llmProviderStore({ db, tenants: allowed }: Tx, box: SecretBox): LlmProviderStore {
  const visible = allowed === "*" ? undefined : inArray(llmProviders.tenantId, [...allowed]);
  const select = async (where: SQL | undefined): Promise<LlmProvider[]> => {
    const rows = await db
      .select(columns)
      .from(llmProviders)
      .leftJoin(tenants, eq(tenants.id, llmProviders.tenantId))
      .where(and(visible, where))
      .orderBy(asc(tenants.name), asc(llmProviders.priority), asc(llmProviders.name));
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  };
  const getById = async (id: string): Promise<LlmProvider> => {
    const [provider] = await select(eq(llmProviders.id, id));
    if (!provider) throw new AppError("not_found", `There is no LLM provider with id ${id}.`);
    return provider;
  };

  return {
    insert: async ({ key, models, ...provider }) => {
      const id = randomUUID();
      const sealed = box.seal(contextOf(provider.tenantId, id), key);
      await db.insert(llmProviders).values({ id, ...provider, models: [...models], revision: nextRevision, ...sealed });
      return getById(id);
    },
    update: async (id, { key, models, ...change }) => {
      const { tenantId } = await getById(id);
      const sealed = key === undefined ? {} : box.seal(contextOf(tenantId, id), key);
      await db
        .update(llmProviders)
        .set({ ...change, ...(models && { models: [...models] }), revision: nextRevision, ...sealed })
        .where(eq(llmProviders.id, id));
      return getById(id);
    },
    list: ({ tenant }) =>
      select(tenant === null ? isNull(llmProviders.tenantId) : tenant === undefined ? undefined : eq(tenants.name, tenant)),
    get: async (tenant, name) => {
      const owner = tenant === null ? isNull(llmProviders.tenantId) : eq(tenants.name, tenant);
      const [provider] = await select(and(owner, eq(llmProviders.name, name)));
      if (!provider)
        throw new AppError("not_found", `${tenant === null ? "The installation" : `Tenant ${tenant}`} has no LLM provider ${name}.`);
      return provider;
    },
    delete: async (id) => {
      await db.delete(llmProviders).where(eq(llmProviders.id, id));
    },
    reveal: async () => {
      const [providers, sealed] = [
        await select(undefined),
        await db
          .select({ id: llmProviders.id, tenant: llmProviders.tenantId, keyId: llmProviders.keyId, ciphertext: llmProviders.ciphertext })
          .from(llmProviders),
      ];
      return providers.flatMap((provider) => {
        const row = sealed.find(({ id }) => id === provider.id);
        return row === undefined ? [] : [{ provider, key: box.open(contextOf(row.tenant, row.id), row) }];
      });
    },
  };
}
