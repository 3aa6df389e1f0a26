import { bigint, index, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

const tokens = (name: string) => bigint(name, { mode: "number" }).notNull();

/** Calls under way: what they may come to counts towards budgets, and is what is left of them when their control plane dies. */
export const llmCalls = agentpod.table(
  "llm_calls",
  {
    id: uuid("id").primaryKey(),
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    /** No foreign key: a call may outlive its pod by a moment. */
    podId: uuid("pod_id"),
    keyId: text("key_id").notNull(),
    callerName: text("caller_name").notNull(),
    model: text("model").notNull(),
    provider: text("provider").notNull(),
    /** The control plane that works on it. */
    owner: text("owner").notNull(),
    startedAt: instant("started_at").notNull(),
    /** When its control plane was last known to live. */
    seenAt: instant("seen_at").notNull(),
    reservedTokens: tokens("reserved_tokens"),
    reservedNano: tokens("reserved_nano"),
    /** What is counted should its control plane die. */
    input: tokens("input"),
    output: tokens("output"),
    cacheRead: tokens("cache_read"),
    cacheWrite: tokens("cache_write"),
    costNano: tokens("cost_nano"),
  },
  (t) => [index("llm_calls_tenant").on(t.tenantId), index("llm_calls_owner").on(t.owner), ...tenantPolicies("llm_calls")],
);
