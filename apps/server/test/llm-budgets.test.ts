import { noTokens } from "@agentpod/core/llm/llm-tokens";
import { streamsThenWaits } from "@agentpod/host/testing/llm-stand-in";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { llmProxy } from "../src/llm/llm-proxy.ts";
import { webSpec } from "./api-rig.ts";
import { chat, type LlmRig, llmRig, provider } from "./llm-rig.ts";

let rig: LlmRig;
beforeAll(async () => {
  rig = await llmRig(inject("serverUrl"));
});
afterAll(() => rig?.close());

const patience = { timeout: 60_000, interval: 25 };
const eventsOf = async (tenant: string) =>
  (await rig.api.admin.events.list({ tenant, limit: 1000 }))
    .filter((event) => /budget_(warned|stopped)/.test(event.type))
    .map(({ type }) => type);

describe("P24 budgets", () => {
  it("refuse a call before it is sent, by day in tokens with 429, and say so once", async () => {
    const key = await rig.tenant("daily");
    await rig.api.admin.llmBudgets.set("daily", null, { tokensPerDay: 300, warnPercent: 50 });
    const ask = () => rig.call("/v1/chat/completions", key, chat({ max_tokens: 100 }));
    await (await ask()).text();
    expect(await eventsOf("daily")).toEqual([]);
    await (await ask()).text();
    await vi.waitFor(async () => expect(await eventsOf("daily")).toEqual(["llm.budget_warned"]), patience);
    const before = rig.one.calls.length;
    for (const _ of [1, 2]) {
      const refused = await ask();
      expect([refused.status, refused.headers.get("x-should-retry")]).toEqual([429, "false"]);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await refused.json()).toMatchObject({ error: { type: "insufficient_quota", message: expect.stringContaining("today") } });
    }
    expect(rig.one.calls.length).toBe(before);
    await vi.waitFor(
      async () => expect((await eventsOf("daily")).toSorted()).toEqual(["llm.budget_stopped", "llm.budget_warned"]),
      patience,
    );
    expect(await rig.api.admin.llmBudgets.list("daily")).toMatchObject([{ pod: null, tokensPerDay: 300, tokensUsed: 260 }]);
    await rig.api.admin.llmBudgets.set("daily", null, { tokensPerDay: 10_000 });
    expect((await ask()).status).toBe(200);
    await rig.api.admin.llmBudgets.remove("daily", null);
    await expect(rig.api.admin.llmBudgets.remove("daily", null)).rejects.toMatchObject({ code: "not_found" });
  });

  it("refuse a call by month in money with 402, in Anthropic's words too, and one without a price", async () => {
    const key = await rig.tenant("monthly");
    await rig.api.admin.llmBudgets.set("monthly", null, { moneyPerMonth: 0.001 });
    const refused = await rig.call("/anthropic/v1/messages", key, chat({ max_tokens: 100 }));
    expect(refused.status).toBe(402);
    expect(await refused.json()).toMatchObject({ type: "error", error: { type: "billing_error" } });
    expect((await rig.call("/anthropic/v1/messages", key, chat({ max_tokens: 5 }))).status).toBe(200);
    await rig.api.admin.llmProviders.add("monthly", provider("free", rig.two.url, { models: [{ name: "unpriced" }] }));
    const unpriced = await rig.call("/v1/chat/completions", key, chat({ model: "unpriced", max_tokens: 1 }));
    expect(unpriced.status).toBe(402);
    expect(await unpriced.text()).toContain("no price for model unpriced");
  });

  it("hold parallel calls to what is left, through two control planes at once", async () => {
    const key = await rig.tenant("parallel");
    const { database, log, clock } = rig.api.deps;
    const guard = { addresses: async () => ["127.0.0.1"] };
    const other = await import("node:http").then(({ createServer }) => {
      const proxy = llmProxy({ database, guard, environment: null, owner: "another", clock, log });
      const server = createServer((request, response) => proxy.serve(request, response)).listen(0, "127.0.0.1");
      return { proxy, server };
    });
    await vi.waitFor(() => expect(other.server.listening).toBe(true), patience);
    const { port } = other.server.address() as { port: number };
    await rig.api.admin.llmBudgets.set("parallel", null, { tokensPerDay: 1000 });
    const more = Promise.withResolvers<"go on">();
    const before = rig.one.calls.length;
    rig.one.next(...Array.from({ length: 30 }, () => streamsThenWaits(1, more.promise)));
    const body = JSON.stringify(chat({ stream: true, max_tokens: 185 }));
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const base = i % 2 === 0 ? rig.api.url : `http://127.0.0.1:${port}`;
        const response = await fetch(`${base}/llm/v1/chat/completions`, { method: "POST", headers, body });
        const reading = response.text();
        return { status: response.status, reading };
      }),
    );
    // Each reserves 185 and what it puts in, about 15: five fit.
    const sent = statuses.filter(({ status }) => status === 200).length;
    expect(rig.one.calls.length - before).toBe(sent);
    rig.one.forget();
    expect(sent).toBe(4);
    expect(statuses.filter(({ status }) => status === 429).length).toBe(20 - sent);
    more.resolve("go on");
    await Promise.all(statuses.map(({ reading }) => reading));
    expect(await rig.api.admin.usage.list({ tenant: "parallel", by: "tenant" })).toMatchObject([{ calls: sent }]);
    await other.proxy.stop();
    other.server.closeAllConnections();
    other.server.close();
  });

  it("of a pod count its own calls, and go with it", async () => {
    await rig.tenant("pods");
    const { pods, llmBudgets, llmKeys } = rig.api.admin;
    await pods.create("pods", { name: "bot", spec: webSpec({ KEY: "{{ llm.key }}", URL: "{{ llm.url }}/v1" }) });
    await llmBudgets.set("pods", "bot", { tokensPerDay: 10 });
    const secret = await pods.revealSecret("pods", "bot", "llm-key");
    const refused = await rig.call("/v1/chat/completions", secret.value, chat());
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain("budget of pods/bot");
    expect((await llmKeys.list("pods")).filter(({ pod }) => pod === "bot")).toHaveLength(1);
    await pods.delete("pods", "bot");
    expect((await rig.call("/v1/chat/completions", secret.value, chat())).status).toBe(401);
    await vi.waitFor(async () => expect(await llmBudgets.list("pods")).toEqual([]), patience);
    expect((await llmKeys.list("pods")).filter(({ pod }) => pod !== null)).toEqual([]);
  });
});

describe("A15 usage", () => {
  it("is seen by its own tenant alone, summed as asked, and given as CSV", async () => {
    const key = await rig.tenant("sums");
    for (const max of [1, 2]) await (await rig.call("/v1/chat/completions", key, chat({ max_tokens: max }))).text();
    const own = rig.api.client(await rig.api.token("sums", ["llm.read"]));
    expect(await own.usage.list({ by: "model" })).toMatchObject([
      { model: "small", tenant: null, day: null, calls: 2, output: 3, input: 40 },
    ]);
    await rig.tenant("others");
    const others = rig.api.client(await rig.api.token("others", ["llm.read"]));
    expect(await others.usage.list({})).toEqual([]);
    await expect(others.usage.list({ tenant: "sums" })).rejects.toMatchObject({ code: "not_found" });
    let csv = "";
    for await (const part of await own.usage.export({ format: "csv" })) csv += Buffer.from(part).toString();
    const [head, line, ...rest] = csv.trim().split("\r\n");
    expect(head).toContain('"day","tenant","pod","key","model"');
    expect(line).toContain('"sums","","hand","small","one","2"');
    expect(rest).toEqual([]);
    const today = new Date().toISOString().slice(0, 10);
    expect(await own.usage.list({ from: today, to: today })).toHaveLength(1);
    expect(await own.usage.list({ to: "2020-01-01" })).toEqual([]);
  });

  it("is tried again while the database is away, and lost by no one", async () => {
    const key = await rig.tenant("away");
    const more = Promise.withResolvers<"go on">();
    rig.one.next(streamsThenWaits(1, more.promise));
    const response = await rig.call("/v1/chat/completions", key, chat({ stream: true }));
    const { database } = rig.api.deps;
    const { settle } = database.llmCalls;
    let refused = 0;
    database.llmCalls.settle = () => {
      refused++;
      return Promise.reject(new Error("the database is away"));
    };
    more.resolve("go on");
    await response.text();
    database.llmCalls.settle = settle;
    expect(refused).toBeGreaterThan(0);
    expect(await rig.usage("away")).toEqual([]);
    await rig.api.llm.tick();
    expect(await rig.usage("away")).toMatchObject([{ calls: 1, output: 1, aborted: 0, estimated: 0 }]);
  });

  it("counts what a control plane had under way when it was killed, once the next one starts", async () => {
    const key = await rig.tenant("killed");
    const { database, log, clock } = rig.api.deps;
    const found = await database.llmCalls.look(key.split("-")[2] ?? "");
    const call = {
      ...{
        id: crypto.randomUUID(),
        owner: "killed one",
        tenantId: found?.caller.tenantId ?? "",
        podId: null,
        keyId: found?.caller.keyId ?? "",
      },
      ...{
        callerName: "hand",
        model: "small",
        provider: "one",
        estimate: { ...noTokens, input: 50, output: 100, tokens: 150, costNano: 9 },
      },
    };
    await database.asSystem((store) => store.llmUsage.open(call, clock()));
    const next = llmProxy({ database, guard: { addresses: async () => [] }, environment: null, owner: "killed one", clock, log });
    await next.stop();
    expect(await rig.usage("killed")).toMatchObject([{ calls: 1, aborted: 1, estimated: 1, input: 50, output: 0 }]);
  });
});

describe("P24 keys of pods", () => {
  it("are made with the pod, stay through its changes, and are replaced on demand", async () => {
    await rig.tenant("bots");
    const { pods, llmKeys } = rig.api.admin;
    const reveal = async () => (await pods.revealSecret("bots", "bot", "llm-key")).value;
    await pods.create("bots", { name: "plain", spec: webSpec() });
    await expect(llmKeys.rotate("bots", "plain")).rejects.toMatchObject({ code: "conflict" });
    expect((await pods.get("bots", "plain")).secrets).toEqual([]);
    await pods.create("bots", { name: "bot", spec: webSpec({ KEY: "{{ llm.key }}" }) });
    const first = await reveal();
    await (await rig.call("/v1/chat/completions", first, chat())).text();
    await pods.update("bots", "bot", { spec: webSpec({ KEY: "{{ llm.key }}", MORE: "1" }) });
    expect(await reveal()).toBe(first);
    const before = await pods.get("bots", "bot");
    const after = await llmKeys.rotate("bots", "bot");
    expect(after.generation).toBe(before.generation + 1);
    expect(await reveal()).not.toBe(first);
    expect((await rig.call("/v1/chat/completions", first, chat())).status).toBe(401);
    await (await rig.call("/v1/chat/completions", await reveal(), chat())).text();
    expect(await rig.usage("bots")).toMatchObject([{ pod: "bot", key: null, calls: 2 }]);
  });

  it("are refused as arguments, and cannot be given by hand", async () => {
    await rig.tenant("wrong");
    const { pods } = rig.api.admin;
    const shown = { units: [{ name: "app", image: "hello:1", command: ["run", "{{ llm.key }}"] }] };
    await expect(pods.create("wrong", { name: "a", spec: shown })).rejects.toMatchObject({
      code: "invalid",
      issues: [{ path: "spec.units[0].command[1]" }],
    });
    const given = { name: "b", spec: webSpec({ KEY: "{{ secrets.llm-key }}" }), inputs: { "llm-key": "mine" } };
    await expect(pods.create("wrong", given)).rejects.toMatchObject({ code: "invalid", issues: [{ path: "inputs.llm-key" }] });
    await expect(pods.create("wrong", { name: "c", spec: webSpec({ KEY: "{{ llm.kee }}" }) })).rejects.toMatchObject({
      issues: [{ nearest: "{{ llm.key }}" }],
    });
  });
});
