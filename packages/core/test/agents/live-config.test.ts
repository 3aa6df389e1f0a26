import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ApplyWay, applyWay } from "../../src/apply-way.ts";
import { canonicalJson } from "../../src/hash.ts";
import { splitConfig, wholeConfig } from "../../src/products/agents/live-config.ts";
import { draft } from "../draft-rig.ts";
import { packaged } from "./appliance.ts";

const botToken = `1234567:${"A".repeat(35)}`;
const config = (value: unknown) => ({ config: JSON.stringify(value) });
const telegram = { channels: { telegram: { enabled: true, dmPolicy: "allowlist", allowFrom: ["1"] } } };

describe("A10 what an agent takes without a restart", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>, ApplyWay]>([
    ["its model", { llmModel: "m1" }, { llmModel: "m2" }, "live"],
    ["how it begins its answers", {}, config({ messages: { responsePrefix: "Ada: " } }), "live"],
    [
      "who may write to it",
      { ...config(telegram), telegramBotToken: botToken },
      { ...config({ channels: { telegram: { ...telegram.channels.telegram, allowFrom: ["1", "2"] } } }), telegramBotToken: botToken },
      "live",
    ],
    ["a messenger more", {}, { ...config(telegram), telegramBotToken: botToken }, "restart"],
    ["who serves its model", { llmModel: "m1" }, { llmModel: "m1", llmBaseUrl: "https://api.example.com/v1", llmKey: "k" }, "restart"],
    ["its memory", {}, { memoryMb: 1024 }, "restart"],
    ["nothing", { llmModel: "m1" }, { llmModel: "m1" }, "nothing"],
  ])("%s", (_what, before, after, way) => {
    const [was, is] = [before, after].map((inputs) => {
      const { spec } = draft({ template: packaged({ allow: ["messages", "channels.telegram"] }), inputs: { ...inputs } });
      return { pod: { spec, restarts: 0, desired: "running" as const, volumeCopies: {} }, secrets: {} };
    });
    if (was === undefined || is === undefined) throw new Error("no draft");
    expect(applyWay(was, is)).toBe(way);
  });

  test("settings of a messenger that is off, of the gateway and of plugins wait for a start", () => {
    const { fixed, live } = splitConfig({
      agents: { defaults: {} },
      channels: { telegram: { enabled: true }, discord: { enabled: false }, defaults: { groupPolicy: "open" } },
      gateway: { mode: "local" },
      plugins: { allow: ["telegram"] },
      mcp: { servers: { crm: {} }, apps: { enabled: true } },
    });
    expect(live).toEqual({
      agents: { defaults: {} },
      channels: { telegram: { enabled: true }, defaults: { groupPolicy: "open" } },
      mcp: { servers: { crm: {} } },
    });
    expect(fixed).toEqual({
      channels: { discord: { enabled: false } },
      gateway: { mode: "local" },
      plugins: { allow: ["telegram"] },
      mcp: { apps: { enabled: true } },
    });
  });

  test("both parts are the whole, whatever it is", () => {
    const keys = fc.constantFrom("agents", "channels", "gateway", "mcp", "apps", "telegram", "discord", "defaults", "enabled");
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof({ depthSize: "small" }, fc.boolean(), fc.integer(), fc.array(fc.integer()), fc.dictionary(keys, tie("node"))),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(keys, tree), (whole) => {
        const { fixed, live } = splitConfig(whole);
        const env = { AGENT_CONFIG: canonicalJson(fixed), AGENT_LIVE: canonicalJson(live) };
        expect(canonicalJson(wholeConfig(env))).toBe(canonicalJson(whole));
      }),
    );
  });
});
