import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { budgetPeriods, type LlmBudget, type LlmUsed } from "@agentpod/core/llm/llm-budget";
import type { LlmUsageStore } from "@agentpod/core/llm/llm-store";
import { asc, eq, type SQL, sql } from "drizzle-orm";
import { llmBudgets } from "../schema/llm-budgets.ts";
import { pods } from "../schema/pods.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

const columns = {
  id: llmBudgets.id,
  tenantId: llmBudgets.tenantId,
  tenant: tenants.name,
  podId: llmBudgets.podId,
  pod: pods.name,
  moneyPerMonthNano: llmBudgets.moneyPerMonthNano,
  tokensPerDay: llmBudgets.tokensPerDay,
  warnPercent: llmBudgets.warnPercent,
};

type BudgetPart = Pick<LlmUsageStore, "holdBudgets" | "budgets" | "putBudget" | "deleteBudget" | "tellOnce">;

/** Budgets, and what was used of them. Nothing is summed up ahead: what they are held against is the usage itself. */
export function llmBudgetStore({ db }: Tx): BudgetPart {
  const select = (where: SQL | undefined): Promise<LlmBudget[]> =>
    db
      .select(columns)
      .from(llmBudgets)
      .innerJoin(tenants, eq(tenants.id, llmBudgets.tenantId))
      .leftJoin(pods, eq(pods.id, llmBudgets.podId))
      .where(where)
      .orderBy(asc(tenants.name), asc(pods.name));
  const withUsed = async (budgets: LlmBudget[], now: Date): Promise<{ budget: LlmBudget; used: LlmUsed }[]> => {
    if (budgets.length === 0) return [];
    const { month, day } = budgetPeriods(now);
    // Usage and calls under way in one statement: a call that ends meanwhile is in one of the two, never in both or neither.
    const { rows } = await db.execute<{ id: string; costNano: string; tokens: string }>(sql`
      select b.id, coalesce(u.cost, 0) + coalesce(c.cost, 0) as "costNano", coalesce(u.tokens, 0) + coalesce(c.tokens, 0) as tokens
      from agentpod.llm_budgets b
      left join lateral (
        select sum(cost_nano) as cost, sum(input + output + cache_read + cache_write) filter (where day = ${day}::date) as tokens
        from agentpod.llm_usage where tenant_id = b.tenant_id and day >= ${month}::date and (b.pod_id is null or caller = b.pod_id::text)
      ) u on true
      left join lateral (
        select sum(greatest(reserved_nano, cost_nano)) as cost,
          sum(greatest(reserved_tokens, input + output + cache_read + cache_write)) as tokens
        from agentpod.llm_calls where tenant_id = b.tenant_id and (b.pod_id is null or pod_id = b.pod_id)
      ) c on true
      where b.id = any (${sql.param(budgets.map(({ id }) => id))}::uuid[])`);
    return budgets.map((budget) => {
      const row = rows.find(({ id }) => id === budget.id);
      return { budget, used: { costNano: Number(row?.costNano ?? 0), tokens: Number(row?.tokens ?? 0) } };
    });
  };

  return {
    holdBudgets: async ({ tenantId, podId }, now) => {
      const own = sql`tenant_id = ${tenantId} and (pod_id is null or pod_id = ${podId}::uuid)`;
      // Always in the same order, so that two who need the same ones never wait for each other in a circle.
      const { rows } = await db.execute<{ id: string }>(
        sql`select id, set_config('synchronous_commit', 'off', true) from agentpod.llm_budgets where ${own} order by id for update`,
      );
      if (rows.length === 0) return [];
      return withUsed(await select(sql`${llmBudgets.id} = any (${sql.param(rows.map(({ id }) => id))}::uuid[])`), now);
    },
    budgets: async ({ tenant }, now) => withUsed(await select(tenant === undefined ? undefined : eq(tenants.name, tenant)), now),
    putBudget: async ({ tenantId, podId, ...limits }) => {
      const [row] = await db
        .insert(llmBudgets)
        .values({ id: randomUUID(), tenantId, podId, ...limits })
        // What was told of the old limits says nothing of the new ones.
        .onConflictDoUpdate({ target: [llmBudgets.tenantId, llmBudgets.podId], set: { ...limits, told: [] } })
        .returning({ id: llmBudgets.id });
      const [budget] = row ? await select(eq(llmBudgets.id, row.id)) : [];
      if (!budget) throw new AppError("internal", "The budget was not stored.");
      return budget;
    },
    deleteBudget: async (id) => {
      await db.delete(llmBudgets).where(eq(llmBudgets.id, id));
    },
    tellOnce: async (budget, limit, what, period) => {
      const about = `${limit} ${what} `;
      const { rows } = await db.execute(sql`
        update agentpod.llm_budgets set told = array(select one from unnest(told) as one where not starts_with(one, ${about})) || ${about + period}::text
        where id = ${budget} and not ${about + period} = any (told) returning id`);
      return rows.length > 0;
    },
  };
}
