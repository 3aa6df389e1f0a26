import { randomUUID } from "node:crypto";
import { budgetOverrun } from "@agentpod/core/llm/llm-budget";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleLlmCall, exampleLlmProvider, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const now = new Date("2026-11-21T12:00:00Z");
const spent = { input: 1000, output: 200, cacheRead: 30, cacheWrite: 4 };

async function made(name: string): Promise<{ tenant: Tenant; pod: Pod; key: string }> {
  const tenant = await newTenant(scratch.database, name);
  const pod = await newPod(scratch.database, tenant, "bot");
  const key = `key${name}`;
  await system((s) => s.llmKeys.insert({ id: key, tenantId: tenant.id, podId: pod.id, name: "bot", hash: "h" }));
  return { tenant, pod, key };
}
const budgetOf = ({ tenant }: { tenant: Tenant }, more: object = {}) =>
  system((s) =>
    s.llmUsage.putBudget({ tenantId: tenant.id, podId: null, moneyPerMonthNano: null, tokensPerDay: null, warnPercent: 80, ...more }),
  );

describe("P24 providers of models", () => {
  it("keep their key sealed, and their version changes with everything that changes", async () => {
    const { key } = await made("versions");
    const versions = new Set<string>();
    const note = async () => versions.add((await scratch.database.llmCalls.look(key))?.providersVersion ?? "");
    await note();
    const one = await system((s) => s.llmProviders.insert({ ...exampleLlmProvider, tenantId: null, name: "versions" }));
    await note();
    await system((s) => s.llmProviders.update(one.id, { key: "sk-another" }));
    await note();
    const two = await system((s) => s.llmProviders.insert({ ...exampleLlmProvider, tenantId: null, name: "more" }));
    await note();
    await system((s) => s.llmProviders.delete(one.id));
    await note();
    expect(versions.size).toBe(5);
    expect(JSON.stringify(await system((s) => s.llmProviders.list({})))).not.toContain("sk-");
    expect((await system((s) => s.llmProviders.reveal())).map(({ key }) => key)).toEqual(["sk-provider-secret"]);
    await system((s) => s.llmProviders.update(two.id, { priority: 5 }));
    expect((await system((s) => s.llmProviders.reveal()))[0]).toMatchObject({ key: "sk-provider-secret", provider: { priority: 5 } });
    await expect(system((s) => s.llmProviders.insert({ ...exampleLlmProvider, tenantId: null, name: "more" }))).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("P24 keys", () => {
  it("end when they are revoked, and with their pod and tenant", async () => {
    const { pod, key, tenant } = await made("keys");
    const caller = async () => (await scratch.database.llmCalls.look(key))?.caller ?? null;
    expect(await caller()).toMatchObject({ keyId: key, keyHash: "h", tenant: "keys", pod: "bot", podId: pod.id });
    expect((await system((s) => s.llmKeys.get("keys", key))).lastUsedAt).not.toBeNull();
    await system((s) => s.pods.setDesired(pod.id, "deleted"));
    expect(await caller()).toBeNull();
    const hand = { id: "byhand", tenantId: tenant.id, podId: null, name: "laptop", hash: "h2" };
    await system((s) => s.llmKeys.insert(hand));
    await expect(system((s) => s.llmKeys.insert({ ...hand, id: "other" }))).rejects.toMatchObject({ code: "conflict" });
    await system((s) => s.llmKeys.revoke("byhand"));
    expect(await scratch.database.llmCalls.look("byhand")).toBeNull();
    await system((s) => s.llmKeys.insert({ ...hand, id: "other" }));
    await system((s) => s.tenants.markDeleting(tenant.id));
    expect(await scratch.database.llmCalls.look("other")).toBeNull();
    await system((s) => s.pods.forget(pod.id));
    expect((await system((s) => s.llmKeys.list({ tenant: "keys" }))).map(({ id }) => id)).toEqual(["byhand", "other"]);
  });
});

describe("A15 usage", () => {
  it("counts a call once, by day, caller, model and provider, and outlives the pod", async () => {
    const { pod, key } = await made("usage");
    const call = exampleLlmCall(pod, key);
    const settled = { id: call.id, provider: "two", tokens: spent, costNano: 77, outcome: "ok" as const, isEstimated: false };
    expect(await scratch.database.llmCalls.openFree(call, now)).toBe(true);
    await scratch.database.llmCalls.settle(settled, now);
    await system((s) => s.llmUsage.settle(settled, now));
    const aborted = exampleLlmCall(pod, key);
    await system((s) => s.llmUsage.open(aborted, now));
    await system((s) => s.llmUsage.settle({ ...settled, id: aborted.id, outcome: "aborted", isEstimated: true }, now));
    await system((s) => s.pods.forget(pod.id));
    expect(await system((s) => s.llmUsage.usage({ tenant: "usage" }))).toEqual([
      {
        ...{ day: "2026-11-21", tenant: "usage", pod: "bot", key: null, model: "small", provider: "two" },
        ...{ calls: 2, failed: 0, aborted: 1, estimated: 1, costNano: 154 },
        ...{ input: 2000, output: 400, cacheRead: 60, cacheWrite: 8 },
      },
    ]);
    expect(await system((s) => s.llmUsage.usage({ tenant: "usage", from: "2026-11-22" }))).toEqual([]);
  });

  it("counts what a control plane that died had under way, as far as it had told, and nobody else's", async () => {
    const { pod, key } = await made("died");
    const [told, untold, living] = [exampleLlmCall(pod, key), exampleLlmCall(pod, key), { ...exampleLlmCall(pod, key), owner: "there" }];
    for (const call of [told, untold, living]) await system((s) => s.llmUsage.open(call, now));
    await system((s) => s.llmUsage.progress("here", [{ id: told.id, tokens: { ...spent, input: 7 }, costNano: 9 }], now));
    const later = new Date(now.getTime() + 60_000);
    await system((s) => s.llmUsage.progress("there", [], later));
    expect(await system((s) => s.llmUsage.settleLost(null, now, later))).toBe(0);
    expect(await system((s) => s.llmUsage.settleLost(null, later, later))).toBe(2);
    expect(await system((s) => s.llmUsage.settleLost("there", now, later))).toBe(1);
    const [row] = await system((s) => s.llmUsage.usage({ tenant: "died" }));
    expect(row).toMatchObject({ calls: 3, aborted: 3, estimated: 3, input: 207, output: 200, costNano: 9 });
  });
});

describe("P24 budgets", () => {
  it("hold parallel calls to what is left, for two control planes too", async () => {
    const { tenant, pod, key } = await made("parallel");
    await budgetOf({ tenant }, { tokensPerDay: 1000 });
    expect(await scratch.database.llmCalls.openFree(exampleLlmCall(pod, key), now)).toBe(false);
    // Each call reserves 150: six fit, whoever comes first.
    const admit = () =>
      system(async (s) => {
        const held = await s.llmUsage.holdBudgets({ tenantId: tenant.id, podId: pod.id }, now);
        const call = { ...exampleLlmCall(pod, key), id: randomUUID() };
        if (held.some(({ budget, used }) => budgetOverrun(budget, used, call.estimate) !== null)) return false;
        await s.llmUsage.open(call, now);
        return true;
      });
    const admitted = await Promise.all(Array.from({ length: 20 }, admit));
    expect(admitted.filter(Boolean).length).toBe(6);
  });

  it("count the month in money and the day in tokens; a pod's own counts the pod alone", async () => {
    const { tenant, pod, key } = await made("periods");
    await budgetOf({ tenant }, { moneyPerMonthNano: 1e9 });
    await budgetOf({ tenant }, { podId: pod.id, tokensPerDay: 5000 });
    const use = async (podId: string | null, at: string) => {
      const call = { ...exampleLlmCall(pod, key), podId };
      await system((s) => s.llmUsage.open(call, new Date(at)));
      const settled = { id: call.id, provider: "one", tokens: spent, costNano: 100, outcome: "ok" as const, isEstimated: false };
      await system((s) => s.llmUsage.settle(settled, new Date(at)));
    };
    for (const at of ["2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z", "2026-11-21T00:00:00Z"]) await use(pod.id, at);
    await use(null, "2026-11-21T00:00:00Z");
    const held = await system((s) => s.llmUsage.holdBudgets({ tenantId: tenant.id, podId: pod.id }, now));
    const usedOf = (podId: string | null) => held.find(({ budget }) => budget.podId === podId)?.used;
    expect(usedOf(null)).toEqual({ costNano: 300, tokens: 2468 });
    expect(usedOf(pod.id)).toEqual({ costNano: 200, tokens: 1234 });
    expect(await system((s) => s.llmUsage.holdBudgets({ tenantId: tenant.id, podId: null }, now))).toHaveLength(1);
  });

  it("are told of once in a period, and anew when they change", async () => {
    const at = await made("told");
    const budget = await budgetOf(at, { tokensPerDay: 10 });
    const tell = (day: string) => system((s) => s.llmUsage.tellOnce(budget.id, "tokens", "warned", day));
    expect([await tell("2026-11-21"), await tell("2026-11-21"), await tell("2026-11-22")]).toEqual([true, false, true]);
    expect(await system((s) => s.llmUsage.tellOnce(budget.id, "tokens", "stopped", "2026-11-22"))).toBe(true);
    expect((await budgetOf(at, { tokensPerDay: 20 })).id).toBe(budget.id);
    expect(await tell("2026-11-22")).toBe(true);
  });
});
