import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conditionsOf } from "../src/alert-conditions.ts";
import { inputTokens, textTokens } from "../src/llm/estimate-tokens.ts";
import { budgetOverrun, budgetPercents, budgetPeriods, budgetWarnings, type LlmBudget } from "../src/llm/llm-budget.ts";
import { llmErrorBody } from "../src/llm/llm-error.ts";
import { llmKeyText, maskedLlmKey, readLlmKey } from "../src/llm/llm-key.ts";
import { type LlmProvider, llmCandidates, llmModelNames } from "../src/llm/llm-provider.ts";
import { addressLlmRequest, type LlmEndpoint, llmEndpoints, readLlmRequest } from "../src/llm/llm-request.ts";
import { costNano } from "../src/llm/llm-tokens.ts";
import { type MeterState, meterAnswer, meterEvent, meteredTokens, newMeter, withoutUsage } from "../src/llm/stream-meter.ts";
import { sumUsage } from "../src/llm/sum-usage.ts";

const chat = llmEndpoints["/v1/chat/completions"] as LlmEndpoint;
const messages = llmEndpoints["/anthropic/v1/messages"] as LlmEndpoint;
const of = (name: string, models: string[], more: Partial<LlmProvider> = {}): LlmProvider => ({
  ...{ id: name, tenantId: null, tenant: null, name, dialect: "openai", baseUrl: "https://x/v1", priority: 100, createdAt: "" },
  models: models.map((model) => ({ name: model, upstream: null, price: null })),
  ...more,
});

describe("P24 who is asked for a model", () => {
  const providers = [
    of("late", ["small", "*"], { priority: 200 }),
    of("b", ["small"]),
    of("a", ["small", "big"]),
    of("own", ["small"], { tenantId: "t1", priority: 900 }),
    of("foreign", ["small", "secret"], { tenantId: "t2" }),
    of("claude", ["small", "opus"], { dialect: "anthropic" }),
  ];
  it.each([
    ["t1", "openai", "small", "own a b late"],
    ["t3", "openai", "small", "a b late"],
    ["t3", "openai", "secret", "late"],
    ["t2", "openai", "secret", "foreign late"],
    ["t1", "anthropic", "small", "claude"],
    ["t1", "anthropic", "big", ""],
  ] as const)("%s %s %s: %s", (tenant, dialect, model, expected) => {
    expect(
      llmCandidates(providers, tenant, dialect, model)
        .map(({ provider }) => provider.name)
        .join(" "),
    ).toBe(expected);
  });

  it("lists names that a tenant may ask for, and no other's", () => {
    expect(llmModelNames(providers, "t1", "openai")).toEqual(["big", "small"]);
    expect(llmModelNames(providers, "t2", "openai")).toEqual(["big", "secret", "small"]);
  });

  it("a name that is mapped goes before every name", () => {
    const provider = of("x", []);
    provider.models = [
      { name: "*", upstream: null, price: null },
      { name: "small", upstream: "small-2026", price: null },
    ];
    expect(["small", "other"].map((name) => llmCandidates([provider], "t", "openai", name)[0]?.upstream)).toEqual(["small-2026", "other"]);
  });
});

describe("P24 requests", () => {
  const read = (body: object, endpoint = chat) => readLlmRequest(endpoint, JSON.stringify(body));

  it("stay byte for byte where nothing has to change", () => {
    const request = read({ model: "m", messages: [] });
    expect(addressLlmRequest(chat, request, "m")).toBeNull();
    expect(JSON.parse(addressLlmRequest(chat, request, "other") ?? "")).toEqual({ model: "other", messages: [] });
    const stream = read({ model: "m", stream: true, stream_options: { other: 1 } });
    expect(JSON.parse(addressLlmRequest(chat, stream, "m") ?? "").stream_options).toEqual({ other: 1, include_usage: true });
    expect(addressLlmRequest(chat, read({ model: "m", stream: true, stream_options: { include_usage: true } }), "m")).toBeNull();
    expect(addressLlmRequest(messages, read({ model: "m", stream: true }, messages), "m")).toBeNull();
  });

  it("keep the digits of long numbers", () => {
    const request = readLlmRequest(chat, '{"model":"m","seed":12345678901234567890,"a":[9007199254740993],"f":1.5}');
    expect(addressLlmRequest(chat, request, "n")).toBe('{"model":"n","seed":12345678901234567890,"a":[9007199254740993],"f":1.5}');
  });

  it.each([
    [{ max_tokens: 7 }, 7],
    [{ max_completion_tokens: 9, max_tokens: 7 }, 9],
    [{ max_tokens: 7, n: 3 }, 21],
    [{}, 1024],
  ])("%j may get %d tokens", (more, expected) => {
    expect(read({ model: "m", ...more }).estimate.output).toBe(expected);
  });

  it("count a picture as one, however long it is", () => {
    const picture = "x".repeat(3_000_000);
    for (const part of [{ url: `data:image/png;base64,${picture}` }, { type: "base64", media_type: "image/png", data: picture }])
      expect(inputTokens({ content: [part] })).toBeLessThan(1700);
  });

  it("are estimated by what UTF-8 takes: never more than its bytes, never less than a third", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const bytes = new TextEncoder().encode(text).length;
        expect(textTokens(text)).toBe(Math.ceil(bytes / 3));
      }),
    );
  });
});

describe("P24 usage of answers", () => {
  const run = (dialect: "openai" | "anthropic", events: object[]) =>
    meteredTokens(
      events.reduce<MeterState>((state, event) => meterEvent(dialect, state, event), newMeter()),
      50,
    );

  it("is the provider's own, without what came from the cache", () => {
    const usage = { prompt_tokens: 30, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 10 } };
    const expected = { tokens: { input: 20, output: 4, cacheRead: 10, cacheWrite: 0 }, isEstimated: false };
    expect(meteredTokens(meterAnswer("openai", { usage }), 50)).toEqual(expected);
    expect(
      run("openai", [
        { choices: [{ delta: { content: "a" } }], usage: null },
        { choices: [], usage },
      ]),
    ).toEqual(expected);
  });

  it("of a stream that breaks off is what was told, else an estimate that is marked", () => {
    const start = { type: "message_start", message: { usage: { input_tokens: 20, cache_read_input_tokens: 6, output_tokens: 1 } } };
    const word = { type: "content_block_delta", delta: { type: "text_delta", text: "abcdef" } };
    const end = { type: "message_delta", usage: { output_tokens: 3 } };
    expect(run("anthropic", [start, word, word])).toEqual({
      tokens: { input: 20, output: 4, cacheRead: 6, cacheWrite: 0 },
      isEstimated: true,
    });
    expect(run("anthropic", [start, word, end])).toEqual({
      tokens: { input: 20, output: 3, cacheRead: 6, cacheWrite: 0 },
      isEstimated: false,
    });
    expect(run("openai", [{ choices: [{ delta: { tool_calls: [{ function: { arguments: "abcdef" } }] } }] }]).tokens).toMatchObject({
      input: 50,
      output: 2,
    });
    expect(run("openai", [])).toEqual({ tokens: { input: 50, output: 0, cacheRead: 0, cacheWrite: 0 }, isEstimated: true });
  });

  it("is not believed where it cannot be", () => {
    for (const wrong of [-1, Number.NaN, 1e300, "7", null, [1]])
      expect(meteredTokens(meterAnswer("openai", { usage: { prompt_tokens: wrong } }), 50)).toMatchObject({ isEstimated: true });
  });

  it("is taken out again where the caller did not ask", () => {
    const event = { choices: [{ delta: {} }] };
    expect(withoutUsage(event)).toBe(event);
    expect(withoutUsage({ ...event, usage: null })).toEqual(event);
    expect(withoutUsage({ choices: [], usage: { prompt_tokens: 1 } })).toBeNull();
  });

  it("costs whole billionths", () => {
    const price = { input: 0.15, output: 0.6, cacheRead: 0.075, cacheWrite: 0 };
    expect(costNano({ input: 1, output: 1, cacheRead: 1, cacheWrite: 1 }, price)).toBe(825);
    expect(costNano({ input: 1, output: 0, cacheRead: 0, cacheWrite: 0 }, null)).toBe(0);
  });

  it("is summed exactly", () => {
    const row = {
      ...{ day: "2026-11-21", tenant: "a", pod: "p", key: null, model: "m", provider: "x", calls: 1, failed: 0, aborted: 0, estimated: 0 },
      ...{ input: 1, output: 1, cacheRead: 0, cacheWrite: 0, costNano: 100_000_001 },
    };
    const rows = [row, { ...row, day: "2026-11-22" }, { ...row, tenant: "b" }];
    expect(sumUsage(rows, "model")).toMatchObject([{ model: "m", day: null, calls: 3, cost: 0.300000003 }]);
    expect(sumUsage(rows, "pod").map(({ tenant, pod, calls }) => [tenant, pod, calls])).toEqual([
      ["a", "p", 2],
      ["b", "p", 1],
    ]);
    expect(sumUsage(rows, undefined)).toHaveLength(3);
  });
});

describe("P24 budgets", () => {
  const budget: LlmBudget = {
    ...{ id: "b", tenantId: "t", tenant: "acme", podId: null, pod: null },
    ...{ moneyPerMonthNano: 100, tokensPerDay: 1000, warnPercent: 80 },
  };

  it.each([
    [{ costNano: 90, tokens: 0 }, { costNano: 10, tokens: 1000 }, null],
    [{ costNano: 90, tokens: 0 }, { costNano: 11, tokens: 0 }, "money"],
    [{ costNano: 0, tokens: 999 }, { costNano: 0, tokens: 2 }, "tokens"],
  ] as const)("%j and %j: %s", (used, estimate, expected) => {
    expect(budgetOverrun(budget, used, estimate)).toBe(expected);
  });

  it("warn at their part, and a budget of nothing at once", () => {
    expect(budgetWarnings(budget, { costNano: 79, tokens: 799 })).toEqual([]);
    expect(budgetWarnings(budget, { costNano: 80, tokens: 800 })).toEqual(["money", "tokens"]);
    expect(budgetPercents({ ...budget, tokensPerDay: 0 }, { costNano: 0, tokens: 0 })).toEqual({ money: 0, tokens: 100 });
    expect(budgetWarnings({ ...budget, moneyPerMonthNano: null, tokensPerDay: null }, { costNano: 9e9, tokens: 9e9 })).toEqual([]);
  });

  it("A15 alert without a rule, of the tenant or the pod whose budget it is", () => {
    const nothing = {
      pods: [],
      usage: new Map(),
      podBackupProblems: new Map(),
      certificates: [],
      domains: [],
      crashed: [],
      diskFreeMb: null,
      gatewayProblem: null,
    };
    const alerts = (used: { costNano: number; tokens: number }, one = budget) =>
      conditionsOf([], { ...nothing, logMatches: [], backupProblem: null, llmBudgets: [{ budget: one, used }] }, new Date(0)).map(
        ({ kind, tenantId, subjectName, message }) => [kind, tenantId, subjectName, message].join(" "),
      );
    expect(alerts({ costNano: 79, tokens: 799 })).toEqual([]);
    expect(alerts({ costNano: 85, tokens: 0 })).toEqual(["llm_budget t acme 85 % of what it may spend on models this month are used."]);
    const ofPod = { ...budget, podId: "p", pod: "bot" };
    expect(alerts({ costNano: 0, tokens: 1000 }, ofPod)).toEqual([
      "llm_budget t acme/bot 100 % of the tokens that it may use today are used.",
    ]);
  });

  it("end with the day and the month (UTC)", () => {
    expect(budgetPeriods(new Date("2026-11-30T23:59:59Z"))).toEqual({ month: "2026-11-01", day: "2026-11-30" });
  });
});

describe("P24 keys and errors", () => {
  it("a key is known by its shape, and shown without its secret", () => {
    const text = llmKeyText("abcdefghij12", "s".repeat(43));
    expect(readLlmKey(text)).toEqual({ id: "abcdefghij12", secret: "s".repeat(43) });
    for (const wrong of ["", "sk-1", `${text}x`, text.toUpperCase(), ` ${text}`]) expect(readLlmKey(wrong)).toBeNull();
    expect(maskedLlmKey("abcdefghij12")).not.toContain("sss");
  });

  it("are told as each dialect tells them", () => {
    expect(llmErrorBody("openai", "no_model", "none", "r")).toEqual({
      error: { message: "none", type: "invalid_request_error", param: "model", code: "model_not_found" },
    });
    expect(llmErrorBody("anthropic", "daily_budget", "none", "r")).toEqual({
      type: "error",
      error: { type: "rate_limit_error", message: "none" },
      request_id: "r",
    });
  });
});
