import type { LlmUsageRow, LlmUsageStore } from "@agentpod/core/llm/llm-store";
import { and, asc, eq, gte, lte, ne, sql } from "drizzle-orm";
import type pg from "pg";
import { llmCalls } from "../schema/llm-calls.ts";
import { llmUsage } from "../schema/llm-usage.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";
import { llmBudgetStore } from "./llm-budget-store.ts";
import { addToUsage, byHand, insertUsage, llmCallStatements } from "./llm-call-statements.ts";

export function llmUsageStore(tx: Tx): LlmUsageStore {
  const { db } = tx;
  return {
    ...llmBudgetStore(tx),
    // Within this transaction.
    ...llmCallStatements((db as unknown as { $client: pg.ClientBase }).$client),
    open: async ({ id, owner, tenantId, podId, keyId, callerName, model, provider, estimate }, now) => {
      await db.insert(llmCalls).values({
        ...{ id, owner, tenantId, podId, keyId, callerName, model, provider, startedAt: now, seenAt: now },
        reservedTokens: estimate.tokens,
        reservedNano: estimate.costNano,
        // Nothing has come back yet: should the control plane die now, what was put in is what is known.
        ...{ input: estimate.input, output: 0, cacheRead: estimate.cacheRead, cacheWrite: estimate.cacheWrite, costNano: 0 },
      });
    },
    progress: async (owner, seen, now) => {
      await db.execute(sql`update agentpod.llm_calls set seen_at = ${now.toISOString()}::timestamptz where owner = ${owner}`);
      if (seen.length === 0) return;
      const rows = seen.map(({ id, tokens, costNano }) => ({ id, ...tokens, costNano }));
      await db.execute(sql`
        update agentpod.llm_calls c set input = r.input, output = r.output, cache_read = r."cacheRead", cache_write = r."cacheWrite", cost_nano = r."costNano"
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as r(id uuid, input bigint, output bigint, "cacheRead" bigint, "cacheWrite" bigint, "costNano" bigint)
        where c.id = r.id`);
    },
    settleLost: async (owner, before, now) => {
      const { rows } = await db.execute<{ calls: number }>(sql`
        with ended as (
          delete from agentpod.llm_calls where owner = ${owner}::text or seen_at < ${before.toISOString()}::timestamptz returning *
        ), counted as (
          ${sql.raw(insertUsage)} select ${dayOf(now)}::date, tenant_id, coalesce(pod_id::text, ${byHand}), caller_name, model, provider,
            count(*), 0, count(*), count(*), sum(input), sum(output), sum(cache_read), sum(cache_write), sum(cost_nano)
          from ended group by 2, 3, 4, 5, 6 ${sql.raw(addToUsage)}
        ) select count(*)::int as calls from ended`);
      return rows[0]?.calls ?? 0;
    },
    usage: async ({ tenant, pod, from, to }) => {
      const rows = await db
        .select({ usage: llmUsage, tenant: tenants.name })
        .from(llmUsage)
        .innerJoin(tenants, eq(tenants.id, llmUsage.tenantId))
        .where(
          and(
            tenant === undefined ? undefined : eq(tenants.name, tenant),
            pod === undefined ? undefined : and(eq(llmUsage.callerName, pod), ne(llmUsage.caller, byHand)),
            from === undefined ? undefined : gte(llmUsage.day, from),
            to === undefined ? undefined : lte(llmUsage.day, to),
          ),
        )
        .orderBy(asc(llmUsage.day), asc(tenants.name), asc(llmUsage.callerName), asc(llmUsage.model), asc(llmUsage.provider));
      return rows.map(({ usage: { tenantId: _, caller, callerName, ...rest }, tenant: name }): LlmUsageRow => {
        const isPod = caller !== byHand;
        return { ...rest, tenant: name, pod: isPod ? callerName : null, key: isPod ? null : callerName };
      });
    },
  };
}

const dayOf = (now: Date): string => now.toISOString().slice(0, 10);
