import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { budgetPeriods, type LlmBudget, type LlmUsed } from "@agentpod/core/llm/llm-budget";
import type { LlmUsageStore } from "@agentpod/core/llm/llm-store";
import { asc, eq, type SQL, sql } from "drizzle-orm";
import type pg from "pg";
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

type BudgetPart = Pick<LlmUsageStore, "holdBudgets" | "lookAtBudgets" | "budgets" | "putBudget" | "deleteBudget" | "tellOnce">;

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
  // Named statements: they are part of every call that a budget holds for.
  const client = (db as unknown as { $client: pg.ClientBase }).$client;
  const withUsed = async (budgets: LlmBudget[], now: Date): Promise<{ budget: LlmBudget; used: LlmUsed }[]> => {
    if (budgets.length === 0) return [];
    const { month, day } = budgetPeriods(now);
    const values = [budgets.map(({ id }) => id), day, month];
    const { rows } = await client.query<LlmUsed & { id: string }>({ name: "llm-used", text: usedText, values });
    return budgets.map((budget) => {
      const { costNano, tokens } = rows.find(({ id }) => id === budget.id) ?? { costNano: 0, tokens: 0 };
      return { budget, used: { costNano, tokens } };
    });
  };

  return {
    holdBudgets: async ({ tenantId, podId }, now) => {
      const { rows } = await client.query<LlmBudget>({
        name: "llm-hold",
        text: `${ofCallerText} for update of b`,
        values: [tenantId, podId],
      });
      return withUsed(rows, now);
    },
    lookAtBudgets: async ({ tenantId, podId }, now) => {
      const { rows } = await client.query<LlmBudget>({ name: "llm-budgets", text: ofCallerText, values: [tenantId, podId] });
      return withUsed(rows, now);
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

// Always in the same order, so that two who need the same ones never wait for each other in a circle.
const ofCallerText = `
  select b.id, b.tenant_id as "tenantId", t.name as tenant, b.pod_id as "podId", p.name as pod,
    b.money_per_month_nano::float8 as "moneyPerMonthNano", b.tokens_per_day::float8 as "tokensPerDay", b.warn_percent as "warnPercent"
  from agentpod.llm_budgets b join agentpod.tenants t on t.id = b.tenant_id left join agentpod.pods p on p.id = b.pod_id
  where b.tenant_id = $1::uuid and (b.pod_id is null or b.pod_id = $2::uuid)
    and set_config('synchronous_commit', 'off', true) is not null
  order by b.id`;

// Usage and calls under way in one statement: a call that ends meanwhile is in one of the two, never in both or neither.
const usedText = `
  select b.id, (coalesce(u.cost, 0) + coalesce(c.cost, 0))::float8 as "costNano", (coalesce(u.tokens, 0) + coalesce(c.tokens, 0))::float8 as tokens
  from agentpod.llm_budgets b
  left join lateral (
    select sum(cost_nano) as cost, sum(input + output + cache_read + cache_write) filter (where day = $2::date) as tokens
    from agentpod.llm_usage where tenant_id = b.tenant_id and day >= $3::date and (b.pod_id is null or caller = b.pod_id::text)
  ) u on true
  left join lateral (
    select sum(greatest(reserved_nano, cost_nano)) as cost, sum(greatest(reserved_tokens, input + output + cache_read + cache_write)) as tokens
    from agentpod.llm_calls where tenant_id = b.tenant_id and (b.pod_id is null or pod_id = b.pod_id)
  ) c on true
  where b.id = any ($1::uuid[])`;
