import type { CustomerAgentView } from "@agentpod/core/api/customer-access-view";
import type { CustomerAccess } from "@agentpod/core/customer-access";
import { AppError } from "@agentpod/core/errors";
import { sumUsage } from "@agentpod/core/llm/sum-usage";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import { hashToken } from "../auth/token-secret.ts";
import { agentName } from "./agent-name.ts";

/** The access that a secret opens, held until the transaction ends. Throws `unauthenticated`. System role. */
export async function openAccess(store: Pick<Store, "customerAccesses">, id: string, secret: string | null): Promise<CustomerAccess> {
  const access = secret === null ? null : await store.customerAccesses.holdByHash(id, hashToken(secret));
  if (access === null) throw new AppError("unauthenticated", "this browser has no access to the agent any more; ask for a new link");
  return access;
}

/** What the agent's user sees of it. System role. */
export async function showCustomerAgent(
  store: Store,
  { addresses, clock }: Pick<AppDeps, "addresses" | "clock">,
  access: CustomerAccess,
): Promise<CustomerAgentView> {
  const pod = await store.pods.getById(access.podId);
  const now = clock();
  const month = now.toISOString().slice(0, 7);
  const rows = await store.llmUsage.usage({ tenant: pod.tenant, pod: pod.name, from: `${month}-01` });
  const [sum] = sumUsage(rows, "pod");
  const [facts] = await store.pods.facts([pod.id]);
  return {
    agent: await agentName(store, pod),
    state: stateOf(pod),
    channels: pod.status.units.flatMap(({ channels = [] }) => channels.map(({ label, state }) => ({ name: label, state }))),
    page: addresses(pod, facts?.routes ?? [])[0] ?? null,
    usage: {
      month,
      calls: sum?.calls ?? 0,
      tokens: sum === undefined ? 0 : sum.input + sum.output + sum.cacheRead + sum.cacheWrite,
    },
    budget: await budgetLeft(store, pod, now),
    mayEnter: access.mayEnter,
  };
}

function stateOf({ desired, status }: Pod): CustomerAgentView["state"] {
  if (desired === "sleeping") return "asleep";
  if (desired !== "running") return "stopped";
  switch (status.phase) {
    case "running":
      return "ready";
    case "degraded":
    case "failing":
    case "unknown":
      return "trouble";
    default:
      return "starting";
  }
}

/** The tighter of the pod's own limits and its tenant's. */
async function budgetLeft(store: Store, pod: Pod, now: Date): Promise<CustomerAgentView["budget"]> {
  const all = await store.llmUsage.budgets({ tenant: pod.tenant }, now);
  const own = all.filter(({ budget }) => budget.podId === null || budget.podId === pod.id);
  const money = own.flatMap(({ budget, used }) => {
    const limit = budget.moneyPerMonthNano;
    return limit === null ? [] : [limit === 0 ? 0 : Math.max(0, Math.floor(100 - (100 * used.costNano) / limit))];
  });
  const tokens = own.flatMap(({ budget, used }) => (budget.tokensPerDay === null ? [] : [Math.max(0, budget.tokensPerDay - used.tokens)]));
  return {
    moneyLeftPercent: money.length === 0 ? null : Math.min(...money),
    tokensLeft: tokens.length === 0 ? null : Math.min(...tokens),
  };
}
