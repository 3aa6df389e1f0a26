/** How much a tenant, or one of its pods, may use. */
export interface LlmBudget {
  id: string;
  tenantId: string;
  /** Tenant name. */
  tenant: string;
  /** Null: the tenant as a whole. */
  podId: string | null;
  /** Pod name. */
  pod: string | null;
  /** Billionths, in a calendar month (UTC); null: no limit. */
  moneyPerMonthNano: number | null;
  /** In a day (UTC); null: no limit. */
  tokensPerDay: number | null;
  /** At which part of a limit somebody is told. */
  warnPercent: number;
}

/** What was used of a budget, calls that are under way included at their estimate. */
export interface LlmUsed {
  costNano: number;
  tokens: number;
}

/** Which limit a call would go over; null: none. */
export function budgetOverrun(budget: LlmBudget, used: LlmUsed, estimate: LlmUsed): "money" | "tokens" | null {
  if (budget.moneyPerMonthNano !== null && used.costNano + estimate.costNano > budget.moneyPerMonthNano) return "money";
  if (budget.tokensPerDay !== null && used.tokens + estimate.tokens > budget.tokensPerDay) return "tokens";
  return null;
}

/** How much of a limit is used, in whole percent; null without that limit. */
export function budgetPercents(budget: LlmBudget, used: LlmUsed): { money: number | null; tokens: number | null } {
  return {
    money: percent(used.costNano, budget.moneyPerMonthNano),
    tokens: percent(used.tokens, budget.tokensPerDay),
  };
}

/** Which limits have come to the part at which somebody is told. */
export function budgetWarnings(budget: LlmBudget, used: LlmUsed): ("money" | "tokens")[] {
  const percents = budgetPercents(budget, used);
  return (["money", "tokens"] as const).filter((limit) => (percents[limit] ?? -1) >= budget.warnPercent);
}

const percent = (used: number, limit: number | null): number | null =>
  limit === null ? null : limit === 0 ? 100 : Math.floor((used / limit) * 100);

/** The first day of the month of an instant, and that day itself, as `2026-11-01` and `2026-11-21` (UTC). */
export function budgetPeriods(now: Date): { month: string; day: string } {
  const day = now.toISOString().slice(0, 10);
  return { month: `${day.slice(0, 8)}01`, day };
}
