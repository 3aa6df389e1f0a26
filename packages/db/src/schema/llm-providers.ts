import type { LlmDialect, LlmModel } from "@agentpod/core/llm/llm-provider";
import { bigint, integer, jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const llmProviders = agentpod.table(
  "llm_providers",
  {
    id: uuid("id").primaryKey(),
    /** Null: the installation's own. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    dialect: text("dialect").$type<LlmDialect>().notNull(),
    baseUrl: text("base_url").notNull(),
    models: jsonb("models").$type<LlmModel[]>().notNull(),
    priority: integer("priority").notNull(),
    /** From one sequence for all: tells who keeps them in memory that they changed. */
    revision: bigint("revision", { mode: "number" }).notNull(),
    /** Which master key encrypted the provider's key. */
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    createdAt: createdAt(),
  },
  (t) => [unique("llm_providers_tenant_name").on(t.tenantId, t.name).nullsNotDistinct(), ...tenantPolicies("llm_providers")],
);

export const llmProviderRevision = agentpod.sequence("llm_provider_revision");
