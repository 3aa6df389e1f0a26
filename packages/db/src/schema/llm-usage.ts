import { bigint, date, index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

const sum = (name: string) => bigint(name, { mode: "number" }).notNull().default(0);

/** What was used, by day (UTC); it outlives the pod and the key that used it. */
export const llmUsage = agentpod.table(
  "llm_usage",
  {
    day: date("day", { mode: "string" }).notNull(),
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    /** Pod id, or `key` where a key by hand was used. */
    caller: text("caller").notNull(),
    /** Name of the pod, or of the key. */
    callerName: text("caller_name").notNull(),
    model: text("model").notNull(),
    provider: text("provider").notNull(),
    calls: integer("calls").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    aborted: integer("aborted").notNull().default(0),
    estimated: integer("estimated").notNull().default(0),
    input: sum("input"),
    output: sum("output"),
    cacheRead: sum("cache_read"),
    cacheWrite: sum("cache_write"),
    costNano: sum("cost_nano"),
  },
  (t) => [
    primaryKey({ name: "llm_usage_pkey", columns: [t.tenantId, t.day, t.caller, t.callerName, t.model, t.provider] }),
    index("llm_usage_day").on(t.day),
    ...tenantPolicies("llm_usage"),
  ],
);
