import type { LlmCaller, LlmUsageRow, LlmUsageStore } from "@agentpod/core/llm/llm-store";
import { and, asc, eq, gte, lte, ne, sql } from "drizzle-orm";
import { llmCalls } from "../schema/llm-calls.ts";
import { llmUsage } from "../schema/llm-usage.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";
import { llmBudgetStore } from "./llm-budget-store.ts";

/** Who counts for keys made by hand. */
const byHand = "key";

export function llmUsageStore(tx: Tx): LlmUsageStore {
  const { db } = tx;
  return {
    ...llmBudgetStore(tx),
    caller: async (keyId) => {
      const { rows } = await db.execute<Record<keyof LlmCaller, string> & { stale: boolean; quick: string }>(sql`
        select k.id as "keyId", k.hash as "keyHash", k.name as "keyName", k.tenant_id as "tenantId", t.name as tenant,
          k.pod_id as "podId", p.name as pod, k.last_used_at is null or k.last_used_at < now() - interval '1 minute' as stale,
          set_config('synchronous_commit', 'off', true) as quick
        from agentpod.llm_keys k join agentpod.tenants t on t.id = k.tenant_id left join agentpod.pods p on p.id = k.pod_id
        where k.id = ${keyId} and k.revoked_at is null and t.state = 'active' and (k.pod_id is null or p.desired <> 'deleted')`);
      const [row] = rows;
      if (row === undefined) return null;
      const { stale, quick: _, ...caller } = row;
      if (stale) await db.execute(sql`update agentpod.llm_keys set last_used_at = now() where id = ${keyId}`);
      return caller;
    },
    providersVersion: async () => {
      // Every change raises the highest, and what goes lowers the count or the sum.
      const { rows } = await db.execute<{ version: string }>(
        sql`select concat_ws('-', count(*), max(revision), sum(revision)) as version from agentpod.llm_providers`,
      );
      return rows[0]?.version ?? "";
    },
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
    settle: async ({ id, provider, tokens, costNano, outcome, isEstimated }, now) => {
      const { input, output, cacheRead, cacheWrite } = tokens;
      await db.execute(sql`
        with ended as (delete from agentpod.llm_calls where id = ${id} and set_config('synchronous_commit', 'off', true) is not null returning *)
        ${insertUsage} select ${dayOf(now)}::date, tenant_id, coalesce(pod_id::text, ${byHand}), caller_name, model, ${provider}::text,
          1, ${outcome === "failed" ? 1 : 0}::int, ${outcome === "aborted" ? 1 : 0}::int, ${isEstimated ? 1 : 0}::int,
          ${input}::bigint, ${output}::bigint, ${cacheRead}::bigint, ${cacheWrite}::bigint, ${costNano}::bigint
        from ended ${addToUsage}`);
    },
    settleLost: async (owner, before, now) => {
      const { rows } = await db.execute<{ calls: number }>(sql`
        with ended as (
          delete from agentpod.llm_calls where owner = ${owner}::text or seen_at < ${before.toISOString()}::timestamptz returning *
        ), counted as (
          ${insertUsage} select ${dayOf(now)}::date, tenant_id, coalesce(pod_id::text, ${byHand}), caller_name, model, provider,
            count(*), 0, count(*), count(*), sum(input), sum(output), sum(cache_read), sum(cache_write), sum(cost_nano)
          from ended group by 2, 3, 4, 5, 6 ${addToUsage}
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

const sums = ["calls", "failed", "aborted", "estimated", "input", "output", "cache_read", "cache_write", "cost_nano"];
const insertUsage = sql.raw(
  `insert into agentpod.llm_usage as u (day, tenant_id, caller, caller_name, model, provider, ${sums.join(", ")})`,
);
const addToUsage = sql.raw(
  `on conflict (tenant_id, day, caller, caller_name, model, provider) do update set ${sums.map((column) => `${column} = u.${column} + excluded.${column}`).join(", ")}`,
);
