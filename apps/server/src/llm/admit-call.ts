import { randomUUID } from "node:crypto";
import { budgetOverrun, budgetPeriods, budgetWarnings, type LlmBudget, type LlmUsed } from "@agentpod/core/llm/llm-budget";
import type { LlmCandidate } from "@agentpod/core/llm/llm-provider";
import type { LlmRequest } from "@agentpod/core/llm/llm-request";
import type { LlmCall, LlmCaller } from "@agentpod/core/llm/llm-store";
import { allTokens, costNano, noTokens } from "@agentpod/core/llm/llm-tokens";
import type { Database } from "@agentpod/core/store";
import { budgetEvent, budgetName } from "./budget-events.ts";
import { LlmRefusal } from "./llm-refusal.ts";

export interface Admission {
  call: LlmCall;
  /** Whether a budget may come to the part at which somebody is told, once this call has ended. */
  mayWarn: boolean;
}

/**
 * Writes a call down before it is sent, with what it may come to; throws a refusal where that goes over a budget. Calls of a
 * tenant with budgets are admitted one at a time, by all control planes together: they go over a limit by no more than what the
 * calls under way take beyond their estimates.
 */
export async function admitCall(
  database: Database,
  /** Tenants for which a budget held the last time; kept by the caller between calls. */
  budgeted: Set<string>,
  about: { caller: LlmCaller; request: LlmRequest; candidates: readonly LlmCandidate[]; owner: string; now: Date },
): Promise<Admission> {
  const { caller, request, candidates, now } = about;
  const tokens = { ...noTokens, ...request.estimate };
  const first = candidates[0];
  const call: LlmCall = {
    id: randomUUID(),
    owner: about.owner,
    tenantId: caller.tenantId,
    podId: caller.podId,
    keyId: caller.keyId,
    callerName: caller.pod ?? caller.keyName,
    model: request.model,
    provider: first?.provider.name ?? "",
    // Whoever answers in the end: the dearest of them.
    estimate: { ...tokens, tokens: allTokens(tokens), costNano: Math.max(...candidates.map(({ model }) => costNano(tokens, model.price))) },
  };
  if (!budgeted.has(caller.tenantId) && (await database.llmCalls.openFree(call, now))) return { call, mayWarn: false };
  const result = await database.asSystem(async (store) => {
    const held = await store.llmUsage.holdBudgets(caller, now);
    for (const { budget, used } of held) {
      const unpriced = budget.moneyPerMonthNano === null ? undefined : candidates.find(({ model }) => model.price === null);
      if (unpriced !== undefined) return { refusal: unpricedRefusal(budget, unpriced) };
      const limit = budgetOverrun(budget, used, call.estimate);
      if (limit === null) continue;
      const periods = budgetPeriods(now);
      if (await store.llmUsage.tellOnce(budget.id, limit, "stopped", limit === "money" ? periods.month : periods.day))
        await store.events.append(budgetEvent(budget, limit, "stopped", used));
      return { refusal: overrunRefusal(budget, limit, now) };
    }
    await store.llmUsage.open(call, now);
    const mayWarn = held.some(({ budget, used }) => budgetWarnings(budget, plus(used, call.estimate)).length > 0);
    return { mayWarn, isBudgeted: held.length > 0 };
  });
  // Outside the transaction: what it told of is to stay.
  if (result.refusal !== undefined) throw result.refusal;
  // Tried first without a look at budgets only where none was found the last time.
  if (result.isBudgeted) budgeted.add(caller.tenantId);
  else budgeted.delete(caller.tenantId);
  return { call, mayWarn: result.mayWarn };
}

const plus = (a: LlmUsed, b: LlmUsed): LlmUsed => ({ costNano: a.costNano + b.costNano, tokens: a.tokens + b.tokens });

function unpricedRefusal(budget: LlmBudget, { provider, model }: LlmCandidate): LlmRefusal {
  return new LlmRefusal(
    "budget",
    `${budgetName(budget)} has a budget in money, and provider ${provider.name} has no price for model ${model.name}: set one, so that it can be kept.`,
  );
}

function overrunRefusal(budget: LlmBudget, limit: "money" | "tokens", now: Date): LlmRefusal {
  const message =
    limit === "money"
      ? `The budget of ${budgetName(budget)} for this month is used up: the call was not sent. Raise it, or wait for the next month.`
      : `The budget of ${budgetName(budget)} for today is used up: the call was not sent. Raise it, or wait for the next day (UTC).`;
  if (limit === "money") return new LlmRefusal("budget", message);
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  return new LlmRefusal("daily_budget", message, { retryAfterSeconds: Math.ceil((midnight - now.getTime()) / 1000) });
}
