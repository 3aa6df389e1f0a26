import { llmBudgetRequest, llmBudgetView, llmUsageBy, llmUsageView } from "@agentpod/core/api/llm-view";
import { AppError } from "@agentpod/core/errors";
import type { LlmBudget, LlmUsed } from "@agentpod/core/llm/llm-budget";
import type { LlmUsageFilter } from "@agentpod/core/llm/llm-store";
import { sumUsage, usageCsvHead, usageCsvLine } from "@agentpod/core/llm/sum-usage";
import { name } from "@agentpod/core/name";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { podParams, tenantParams } from "./path-params.ts";
import { type Call, route } from "./route.ts";
import { streamText } from "./stream-text.ts";

const tag = "LLM";
const day = z.iso.date("a day such as 2026-01-31");

const filters = {
  tenant: name.optional(),
  pod: name.optional(),
  /** Days (UTC), both included. */
  from: day.optional(),
  to: day.optional(),
  /** Sums of what has this in common; absent: by day, caller, model and provider. */
  by: z.enum(llmUsageBy).optional(),
};

async function readUsage({ read }: Pick<Call, "read">, { by, ...query }: z.output<z.ZodObject<typeof filters>>) {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as LlmUsageFilter;
  const rows = await read(async (store) => {
    if (query.tenant !== undefined) await store.tenants.get(query.tenant);
    return store.llmUsage.usage(given);
  });
  return sumUsage(rows, by);
}

const showBudget = ({ budget, used }: { budget: LlmBudget; used: LlmUsed }) => ({
  tenant: budget.tenant,
  pod: budget.pod,
  moneyPerMonth: budget.moneyPerMonthNano === null ? null : budget.moneyPerMonthNano / 1e9,
  tokensPerDay: budget.tokensPerDay,
  warnPercent: budget.warnPercent,
  moneyUsed: used.costNano / 1e9,
  tokensUsed: used.tokens,
});

type Owner = (store: Store) => Promise<{ tenant: Pick<Tenant, "id" | "name">; pod: Pod | null }>;

const ofTenant =
  (tenant: string): Owner =>
  async (store) => ({ tenant: await store.tenants.get(tenant), pod: null });

const ofPod =
  (tenant: string, name: string): Owner =>
  async (store) => {
    const pod = await store.pods.get(tenant, name);
    return { tenant: { id: pod.tenantId, name: pod.tenant }, pod };
  };

const nameOf = ({ tenant, pod }: Awaited<ReturnType<Owner>>): string => (pod === null ? tenant.name : `${tenant.name}/${pod.name}`);

const noteOf = (owner: Awaited<ReturnType<Owner>>, message: string, data: Record<string, unknown>) => ({
  tenantId: owner.tenant.id,
  tenant: owner.tenant.name,
  ...(owner.pod !== null && { pod: owner.pod.name, podId: owner.pod.id }),
  message,
  data,
});

const put = ({ deps, change }: Pick<Call, "deps" | "change">, find: Owner, body: z.output<typeof llmBudgetRequest>) =>
  change(async (store, note) => {
    const owner = await find(store);
    const { moneyPerMonth, tokensPerDay, warnPercent } = body;
    const budget = await store.llmUsage.putBudget({
      tenantId: owner.tenant.id,
      podId: owner.pod?.id ?? null,
      moneyPerMonthNano: moneyPerMonth === null ? null : Math.round(moneyPerMonth * 1e9),
      tokensPerDay,
      warnPercent,
    });
    note(noteOf(owner, `LLM budget of ${nameOf(owner)} was set`, body));
    const all = await store.llmUsage.budgets({ tenant: owner.tenant.name }, deps.clock());
    return showBudget(all.find((one) => one.budget.id === budget.id) ?? { budget, used: { costNano: 0, tokens: 0 } });
  });

const drop = ({ deps, change }: Pick<Call, "deps" | "change">, find: Owner) =>
  change(async (store, note) => {
    const owner = await find(store);
    const all = await store.llmUsage.budgets({ tenant: owner.tenant.name }, deps.clock());
    const found = all.find(({ budget }) => budget.podId === (owner.pod?.id ?? null));
    if (found === undefined) throw new AppError("not_found", `${nameOf(owner)} has no LLM budget.`);
    await store.llmUsage.deleteBudget(found.budget.id);
    note(noteOf(owner, `LLM budget of ${nameOf(owner)} was removed`, {}));
  });

const stored = { status: 200, schema: llmBudgetView, description: "The budget, and what is used of it" } as const;
const gone = { status: 204, description: "It is gone" } as const;

export const llmUsageRoutes = [
  route({
    id: "listUsage",
    method: "get",
    path: "/usage",
    tag,
    summary: "Calls, tokens and cost of the LLM proxy",
    access: needs("llm.read"),
    query: z.strictObject(filters),
    answer: { status: 200, schema: z.array(llmUsageView), description: "The oldest first" },
    handle: (call) => readUsage(call, call.query),
  }),
  route({
    id: "exportUsage",
    method: "get",
    path: "/usage/export",
    tag,
    summary: "The same as CSV or JSON lines",
    access: needs("llm.read"),
    query: z.strictObject({ ...filters, format: z.enum(["csv", "jsonl"]).default("csv") }),
    answer: { status: 200, schema: llmUsageView, type: "text/csv", description: "One line each; CSV begins with a heading" },
    async handle(call) {
      const { format, ...query } = call.query;
      const rows = await readUsage(call, query);
      async function* lines() {
        if (format === "csv") yield usageCsvHead();
        for (const row of rows) yield format === "csv" ? usageCsvLine(row) : `${JSON.stringify(row)}\n`;
      }
      return streamText(call.deps.log, lines(), {
        "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson",
        "content-disposition": `attachment; filename="agentpod-usage.${format}"`,
      });
    },
  }),
  route({
    id: "listLlmBudgets",
    method: "get",
    path: "/tenants/{tenant}/llm-budgets",
    tag,
    summary: "Budgets of a tenant and of its pods, and what is used of them",
    access: needs("llm.read"),
    params: tenantParams,
    answer: { status: 200, schema: z.array(llmBudgetView), description: "The tenant's own, and those of its pods" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        return (await store.llmUsage.budgets({ tenant: params.tenant }, deps.clock())).map(showBudget);
      }),
  }),
  route({
    id: "setLlmBudget",
    method: "put",
    path: "/tenants/{tenant}/llm-budget",
    tag,
    summary: "Set how much a tenant may use: calls beyond it are refused before they are sent",
    access: needs("llm.write"),
    audit: "llm.budget_set",
    params: tenantParams,
    body: llmBudgetRequest,
    answer: stored,
    handle: (call) => put(call, ofTenant(call.params.tenant), call.body),
  }),
  route({
    id: "deleteLlmBudget",
    method: "delete",
    path: "/tenants/{tenant}/llm-budget",
    tag,
    summary: "Remove a tenant's LLM budget",
    access: needs("llm.write"),
    audit: "llm.budget_removed",
    params: tenantParams,
    answer: gone,
    handle: (call) => drop(call, ofTenant(call.params.tenant)),
  }),
  route({
    id: "setPodLlmBudget",
    method: "put",
    path: "/tenants/{tenant}/pods/{pod}/llm-budget",
    tag,
    summary: "Set how much a pod may use, within what its tenant may",
    access: needs("llm.write"),
    audit: "llm.budget_set",
    params: podParams,
    body: llmBudgetRequest,
    answer: stored,
    handle: (call) => put(call, ofPod(call.params.tenant, call.params.pod), call.body),
  }),
  route({
    id: "deletePodLlmBudget",
    method: "delete",
    path: "/tenants/{tenant}/pods/{pod}/llm-budget",
    tag,
    summary: "Remove a pod's LLM budget",
    access: needs("llm.write"),
    audit: "llm.budget_removed",
    params: podParams,
    answer: gone,
    handle: (call) => drop(call, ofPod(call.params.tenant, call.params.pod)),
  }),
];
