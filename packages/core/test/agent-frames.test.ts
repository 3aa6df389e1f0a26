import { describe, expect, it } from "vitest";
import { connectFrame, healthFrame, heartbeatOf, readAgentFrame, refusalOf } from "../src/products/agents/agent-frames.ts";

const frame = (value: unknown) => readAgentFrame(JSON.stringify(value));

describe("A6 the protocol of an agent's gateway", () => {
  it.each([
    ["a challenge", { type: "event", event: "connect.challenge", payload: { nonce: "n", ts: 1 } }, { kind: "challenge", nonce: "n" }],
    ["a challenge without a nonce", { type: "event", event: "connect.challenge", payload: {} }, { kind: "other" }],
    ["a heartbeat", { type: "event", event: "tick", payload: { ts: 1 } }, { kind: "tick" }],
    ["health, unasked", { type: "event", event: "health", payload: { ok: true } }, { kind: "health", payload: { ok: true } }],
    ["its end", { type: "event", event: "shutdown" }, { kind: "shutdown" }],
    ["an event that is nobody's business", { type: "event", event: "presence", payload: [] }, { kind: "other" }],
    ["an answer", { type: "res", id: "1", ok: true, payload: { a: 1 } }, { kind: "answer", id: "1", ok: true, payload: { a: 1 } }],
    [
      "a refusal, by its exact word",
      { type: "res", id: "1", ok: false, error: { code: "INVALID_REQUEST", message: "no", details: { code: "AUTH_TOKEN_MISMATCH" } } },
      { kind: "answer", id: "1", ok: false, code: "AUTH_TOKEN_MISMATCH", message: "no" },
    ],
    ["a refusal without words", { type: "res", id: "1", ok: false }, { kind: "answer", id: "1", ok: false, code: "UNKNOWN", message: "" }],
    ["an answer to nothing", { type: "res", ok: true }, { kind: "other" }],
    ["something later versions may say", { type: "push", x: 1 }, { kind: "other" }],
  ])("%s", (_, said, read) => expect(frame(said)).toEqual(read));

  it.each(["", "hello", "[1]", "null", "12", '{"type":'])("%j is none of it", (text) => expect(readAgentFrame(text)).toBeNull());

  it("a connection asks for no rights at all", () => {
    expect(JSON.parse(connectFrame("1", "t0ken"))).toMatchObject({
      type: "req",
      id: "1",
      method: "connect",
      params: { minProtocol: 4, maxProtocol: 4, role: "operator", scopes: [], auth: { token: "t0ken" } },
    });
    expect(connectFrame("1", "t")).not.toContain("device");
    expect(JSON.parse(healthFrame("2", false)).params).toEqual({});
    expect(JSON.parse(healthFrame("2", true)).params).toEqual({ probe: true });
  });

  it.each([
    [{ protocol: 4, policy: { tickIntervalMs: 5000 } }, 5000],
    [{ protocol: 4 }, 30_000],
    [{ policy: { tickIntervalMs: 5000 } }, null],
    [{ protocol: 4, policy: { tickIntervalMs: 0 } }, null],
    ["hello", null],
  ])("heartbeat of %j", (payload, ms) => expect(heartbeatOf(payload)).toBe(ms));

  it.each([
    ["AUTH_TOKEN_MISMATCH", /refuses the token/],
    ["AUTH_TOKEN_MISSING", /refuses the token/],
    ["AUTH_RATE_LIMITED", /some minutes/],
    ["PROTOCOL_MISMATCH", /another version/],
  ])("%s is not tried again at once", (code, words) => expect(refusalOf(code)).toMatch(words));

  it.each(["UNAVAILABLE", "UNKNOWN", "STARTUP_PENDING"])("%s is", (code) => expect(refusalOf(code)).toBeNull());
});
