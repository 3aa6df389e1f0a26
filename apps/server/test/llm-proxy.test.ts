import { answers, streamsThenWaits } from "@agentpod/host/testing/llm-stand-in";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { chat, type LlmRig, llmRig, provider, providerKey } from "./llm-rig.ts";

let rig: LlmRig;
beforeAll(async () => {
  rig = await llmRig(inject("serverUrl"));
});
afterAll(() => rig?.close());

const patience = { timeout: 60_000, interval: 25 };
/** What it cost at 2, 10, 0.5 and 3 per million. */
const cost = (input: number, output: number, read = 0, write = 0) => (input * 2 + output * 10 + read * 0.5 + write * 3) / 1e6;

async function eventsOf(response: Response): Promise<string[]> {
  return (await response.text()).split("\n\n").filter((event) => event !== "");
}

describe("P24 LLM proxy, the two dialects", () => {
  it("answers chat with the provider's key and name for the model, and counts what the provider reports", async () => {
    const key = await rig.tenant("chat");
    const response = await rig.call("/v1/chat/completions", key, chat({ max_tokens: 4, seed: 12345678901234567890n.toString() }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "pong pong pong pong" } }] });
    const call = rig.one.calls.at(-1);
    expect(call?.path).toBe("/v1/chat/completions");
    expect(call?.headers.authorization).toBe(`Bearer ${providerKey}`);
    expect(call?.body).toMatchObject({ model: "small-2026", max_tokens: 4 });
    expect(JSON.stringify(call?.headers)).not.toContain(key);
    expect(await rig.usage("chat")).toMatchObject([
      {
        ...{ tenant: "chat", key: "hand", pod: null, model: "small", provider: "one", calls: 1, failed: 0, aborted: 0, estimated: 0 },
        ...{ input: 20, output: 4, cacheRead: 10, cacheWrite: 0, cost: cost(20, 4, 10) },
      },
    ]);
  });

  it("streams piece by piece, and takes the usage out again that the caller did not ask for", async () => {
    const key = await rig.tenant("stream");
    const more = Promise.withResolvers<"go on">();
    rig.one.next(streamsThenWaits(2, more.promise));
    const response = await rig.call("/v1/chat/completions", key, chat({ stream: true }));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = "";
    const read = async () => {
      const { done, value } = await reader.read();
      text += Buffer.from(value ?? []).toString();
      return done;
    };
    // The provider has not ended: what it said is here all the same.
    while (text.split("pong").length < 3) await read();
    expect(rig.one.calls.at(-1)?.body.stream_options).toEqual({ include_usage: true });
    more.resolve("go on");
    while (!(await read()));
    expect(text).toContain("data: [DONE]");
    expect(text).not.toContain("usage");
    expect(response.headers.get("openai-organization")).toBeNull();
    // Counted before the end was said.
    expect(await rig.usage("stream")).toMatchObject([{ calls: 1, output: 2, cacheRead: 10, aborted: 0, estimated: 0 }]);
    const asked = await eventsOf(
      await rig.call("/v1/chat/completions", key, chat({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(asked.at(-2)).toContain('"completion_tokens":3');
    expect(asked.at(-1)).toBe("data: [DONE]");
  });

  it("answers completions, embeddings, responses, and lists models", async () => {
    const key = await rig.tenant("more");
    await (await rig.call("/v1/embeddings", key, { model: "small", input: "a" })).text();
    await (await rig.call("/v1/completions", key, { model: "small", prompt: "a", max_tokens: 2 })).text();
    await (await rig.call("/v1/responses", key, { model: "small", input: "a" })).text();
    const events = await eventsOf(await rig.call("/v1/responses", key, { model: "small", input: "a", stream: true }));
    expect(events.at(-1)).toContain("response.completed");
    expect(rig.one.calls.at(-1)?.body).not.toHaveProperty("stream_options");
    const sums = { calls: 4, input: 5 + 20 * 3, cacheRead: 30, output: 2 + 3 + 3, estimated: 0 };
    expect(await rig.api.admin.usage.list({ tenant: "more", by: "tenant" })).toMatchObject([sums]);
    const headers = { authorization: `Bearer ${key}` };
    const models = await fetch(`${rig.api.url}/llm/v1/models`, { headers });
    expect(await models.json()).toMatchObject({ object: "list", data: [{ id: "small", object: "model" }] });
    const claudes = await fetch(`${rig.api.url}/llm/anthropic/v1/models`, { headers });
    expect(await claudes.json()).toMatchObject({ data: [{ id: "small", type: "model" }] });
  });

  it("speaks Anthropic: messages whole and streamed, tokens counted ahead, and a look without a key", async () => {
    const key = await rig.tenant("claude");
    const call = (more: object) =>
      rig.call("/anthropic/v1/messages?beta=true", null, chat({ max_tokens: 5, ...more }), { headers: { "x-api-key": key } });
    expect(await (await call({})).json()).toMatchObject({ type: "message", content: [{ text: "pong pong pong pong pong" }] });
    const sent = rig.one.calls.at(-1);
    expect([sent?.path, sent?.headers["x-api-key"], sent?.headers.authorization]).toEqual([
      "/v1/messages?beta=true",
      providerKey,
      undefined,
    ]);
    expect(sent?.headers["anthropic-version"]).toBe("2023-06-01");
    const events = await eventsOf(await call({ stream: true }));
    expect(events.at(-1)).toContain("message_stop");
    const counted = await rig.call("/anthropic/v1/messages/count_tokens", key, chat());
    expect(await counted.json()).toEqual({ input_tokens: 7 });
    expect(await rig.usage("claude")).toMatchObject([
      { calls: 2, estimated: 0, input: 40, output: 10, cacheRead: 12, cacheWrite: 4, cost: cost(40, 10, 12, 4) },
    ]);
    expect((await fetch(`${rig.api.url}/llm/anthropic/`, { method: "HEAD" })).status).toBe(200);
  });
});

describe("P24 LLM proxy, who may ask", () => {
  it("refuses a wrong, a missing and a revoked key in the caller's dialect, and sends nothing", async () => {
    const key = await rig.tenant("keys");
    const before = rig.one.calls.length;
    const [made] = await rig.api.admin.llmKeys.list("keys");
    expect(JSON.stringify(made)).not.toContain(key.slice(-20));
    const wrong = `${key.slice(0, -1)}${key.endsWith("a") ? "b" : "a"}`;
    for (const bad of [wrong, null, "sk-something-else"]) {
      const response = await rig.call("/v1/chat/completions", bad, chat());
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { type: "authentication_error", code: "invalid_api_key" } });
    }
    await rig.api.admin.llmKeys.revoke("keys", made?.id ?? "");
    const response = await rig.call("/anthropic/v1/messages", key, chat({ max_tokens: 1 }));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ type: "error", error: { type: "authentication_error" } });
    expect(rig.one.calls.length).toBe(before);
  });

  it("gives a tenant its own providers first, and nobody else's", async () => {
    const [mine, other] = [await rig.tenant("mine"), await rig.tenant("other")];
    await rig.api.admin.llmProviders.add(
      "mine",
      provider("own", rig.two.url, { key: "sk-of-mine", models: [{ name: "private" }, { name: "small" }] }),
    );
    expect((await rig.call("/v1/chat/completions", mine, chat({ model: "private" }))).status).toBe(200);
    expect(rig.two.calls.at(-1)?.headers.authorization).toBe("Bearer sk-of-mine");
    await rig.call("/v1/chat/completions", mine, chat());
    expect(rig.two.calls.at(-1)?.body.model).toBe("small");
    const refused = await rig.call("/v1/chat/completions", other, chat({ model: "private" }));
    expect(refused.status).toBe(404);
    const { error } = (await refused.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe("model_not_found");
    expect(error.message).toContain("there are small");
    expect(await rig.usage("other")).toEqual([]);
  });

  it("says what is wrong with a body, what is too large, and what it does not serve", async () => {
    const key = await rig.tenant("bad");
    const bodies: [unknown, string][] = [
      [{ messages: [] }, "model must be the name of a model"],
      [chat({ stream: "yes" }), "stream must be true or false"],
      [[1], "must be a JSON object"],
    ];
    for (const [body, message] of bodies) {
      const response = await rig.call("/v1/chat/completions", key, body as object);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", message: expect.stringContaining(message) } });
    }
    const large = await rig.call("/anthropic/v1/messages", key, chat({ system: "x".repeat(33 * 1024 * 1024) })).catch(() => null);
    if (large !== null) expect(large.status).toBe(413);
    expect((await rig.call("/v1/files", key, {})).status).toBe(404);
    expect((await rig.call("/v1/../api/v1/tenants", key, {})).status).toBe(404);
    expect(await rig.usage("bad")).toEqual([]);
  });
});

describe("P24 LLM proxy, faults of providers", () => {
  it("asks the second provider when the first is down, overloaded or out of order, and counts the one that answered", async () => {
    const key = await rig.tenant("fallback");
    const ask = async () => {
      const response = await rig.call("/v1/chat/completions", key, chat());
      await response.text();
      return response.status;
    };
    rig.one.next(
      answers(429, { error: { message: "slow down" } }),
      answers(503, {}),
      answers(401, { error: { message: `bad key ${providerKey}` } }),
    );
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 200]);
    await rig.one.stop();
    expect(await ask()).toBe(200);
    await rig.one.start();
    expect(await rig.usage("fallback")).toMatchObject([{ provider: "two", calls: 4, failed: 0 }]);
  });

  it("passes on what the last one says, but never a key of AgentPod's", async () => {
    const key = await rig.tenant("last");
    const both = (...of: Parameters<typeof answers>) => [rig.one, rig.two].map((one) => one.next(answers(...of)));
    both(429, { error: { message: `limit of ${providerKey} reached` } }, { "retry-after": "7" });
    const limited = await rig.call("/v1/chat/completions", key, chat());
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(await limited.text()).toBe('{"error":{"message":"limit of [provider key] reached"}}');
    both(401, { error: { message: `Incorrect API key provided: ${providerKey}` } });
    const refused = await rig.call("/v1/chat/completions", key, chat());
    expect(refused.status).toBe(502);
    expect(await refused.text()).not.toContain("sk-");
    rig.one.next(answers(400, { error: { message: "no such tool" } }));
    expect((await rig.call("/v1/chat/completions", key, chat())).status).toBe(400);
    await Promise.all([rig.one.stop(), rig.two.stop()]);
    const down = await rig.call("/v1/chat/completions", key, chat());
    expect(down.status).toBe(502);
    expect(await down.json()).toMatchObject({ error: { message: "Provider two cannot be reached." } });
    await Promise.all([rig.one.start(), rig.two.start()]);
    expect(await rig.api.admin.usage.list({ tenant: "last", by: "tenant" })).toMatchObject([
      { calls: 4, failed: 4, input: 0, output: 0, cost: 0 },
    ]);
  });

  it("never goes to a second provider once something was said: the caller sees a cut answer, and what came is counted", async () => {
    const key = await rig.tenant("cut");
    const before = rig.two.calls.length;
    const more = Promise.withResolvers<"break off">();
    rig.one.next(streamsThenWaits(4, more.promise));
    const response = await rig.call("/v1/chat/completions", key, chat({ stream: true }));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    more.resolve("break off");
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow();
    await vi.waitFor(async () => expect(await rig.usage("cut")).toHaveLength(1), patience);
    const [row] = await rig.usage("cut");
    expect(row).toMatchObject({ calls: 1, aborted: 1, estimated: 1, provider: "one" });
    expect(row?.output).toBeGreaterThan(0);
    expect(rig.two.calls.length).toBe(before);
  });

  it("leaves a provider as soon as its caller is gone, and counts what was said", async () => {
    const key = await rig.tenant("gone");
    rig.one.next(streamsThenWaits(5, new Promise(() => undefined)));
    const caller = new AbortController();
    const body = chat({ stream: true, max_tokens: 100 });
    const response = await rig.call("/anthropic/v1/messages", key, body, { signal: caller.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (let text = ""; text.split("pong").length < 6; ) text += Buffer.from((await reader.read()).value ?? []).toString();
    caller.abort();
    const sent = rig.one.calls.at(-1);
    await sent?.closed;
    expect(sent?.isWhole()).toBe(false);
    await vi.waitFor(async () => expect(await rig.usage("gone")).toHaveLength(1), patience);
    const [row] = await rig.usage("gone");
    // The provider told its input before its first word; of the output only what came is known.
    expect(row).toMatchObject({ aborted: 1, estimated: 1, input: 20, cacheRead: 6 });
    expect(row?.output).toBeGreaterThanOrEqual(5);
    expect(row?.output).toBeLessThan(100);
  });

  it("does not read from a provider faster than its caller takes it", async () => {
    const key = await rig.tenant("slow");
    let written = 0;
    const full = Promise.withResolvers<void>();
    rig.one.next((_call, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const event = `data: {"choices":[{"delta":{"content":"${"x".repeat(60_000)}"}}]}\n\n`;
      const fill = (): void => {
        for (let going = true; going && written < 200_000_000; written += event.length) going = response.write(event);
        full.resolve();
      };
      response.on("drain", fill);
      response.on("close", () => full.resolve());
      fill();
    });
    const caller = new AbortController();
    const response = await rig.call("/v1/chat/completions", key, chat({ stream: true }), { signal: caller.signal });
    await full.promise;
    // Nobody reads: what fits into the buffers on the way is all that was taken.
    let before = -1;
    await vi.waitFor(
      () => {
        const stands = written === before;
        before = written;
        expect(stands).toBe(true);
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(written).toBeLessThan(100_000_000);
    caller.abort();
    await response.text().catch(() => undefined);
  });
});

describe("P8 LLM proxy, keys of providers", () => {
  it("are in no answer, no event and no log", async () => {
    const shown = [
      await rig.api.admin.llmProviders.list(null),
      await rig.api.admin.events.list({ limit: 1000 }),
      rig.api.logged.map(({ fields, message }) => JSON.stringify(fields) + message),
    ];
    expect(JSON.stringify(shown)).not.toContain(providerKey);
    expect(JSON.stringify(shown)).toContain("LLM provider one added");
  });

  it("do not follow a provider to another host without being given anew; an address that is not public is refused", async () => {
    const { llmProviders } = rig.api.admin;
    await llmProviders.add(null, provider("moving", "https://llm.example.com"));
    await expect(llmProviders.change(null, "moving", { baseUrl: "https://elsewhere.example.com/v1" })).rejects.toMatchObject({
      code: "invalid",
      issues: [{ path: "key" }],
    });
    expect(await llmProviders.change(null, "moving", { baseUrl: "https://llm.example.com/v2" })).toMatchObject({
      baseUrl: "https://llm.example.com/v2",
    });
    await expect(llmProviders.add(null, provider("inner", "http://169.254.169.254"))).rejects.toMatchObject({ code: "invalid" });
    await llmProviders.remove(null, "moving");
    await expect(llmProviders.add(null, provider("environment", "https://llm.example.com"))).rejects.toMatchObject({ code: "conflict" });
  });
});
