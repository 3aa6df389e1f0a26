import type { NewEvent } from "@agentpod/core/event";
import { budgetPercents, type LlmBudget, type LlmUsed } from "@agentpod/core/llm/llm-budget";

/** `acme` or `acme/bot`. */
export const budgetName = ({ tenant, pod }: LlmBudget): string => (pod === null ? tenant : `${tenant}/${pod}`);

/** Told once in a period: that a budget nears its end, or that a call was refused for it. */
export function budgetEvent(
  budget: LlmBudget,
  limit: "money" | "tokens",
  what: "warned" | "stopped",
  used: LlmUsed,
): NewEvent & { tenantId: string } {
  const name = budgetName(budget);
  const percent = budgetPercents(budget, used)[limit] ?? 0;
  const messages = {
    warned:
      limit === "money"
        ? `${name} has used ${percent} % of what it may spend on models this month`
        : `${name} has used ${percent} % of the tokens that it may today`,
    stopped:
      limit === "money"
        ? `${name} may spend no more on models this month: calls are refused`
        : `${name} may use no more tokens today: calls are refused`,
  };
  return {
    type: `llm.budget_${what}`,
    tenantId: budget.tenantId,
    tenant: budget.tenant,
    pod: budget.pod,
    podId: budget.podId,
    actor: "system",
    source: null,
    result: what === "warned" ? "ok" : "refused",
    message: messages[what],
    data: { limit, percent },
  };
}
