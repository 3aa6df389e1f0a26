import { describe, expect, it } from "vitest";
import { compareUsage, type DayCalls } from "../src/llm/compare-usage.ts";
import { readAgentUsage } from "../src/products/agents/agent-usage.ts";

const tokens = (day: string, input: number, output = 0) => ({ day, input, output, cacheRead: 0, cacheWrite: 0 });
const calls = (day: string, input: number, output = 0, estimated = 0): DayCalls => ({ ...tokens(day, input, output), calls: 1, estimated });

describe("A15 what the proxy counted beside what the agent says", () => {
  it.each([
    ["the same", [calls("2026-01-01", 1000, 50)], [tokens("2026-01-01", 1000, 50)], 0, "AgentPod and the agent both counted 1050 tokens."],
    [
      "the same, divided otherwise",
      [calls("2026-01-01", 1000, 50)],
      [{ ...tokens("2026-01-01", 200, 50), cacheRead: 800 }],
      0,
      "AgentPod and the agent both counted 1050 tokens.",
    ],
    [
      "calls that did not go through the proxy",
      [],
      [tokens("2026-01-01", 1000, 50)],
      1050,
      "The agent counted 1050 tokens, AgentPod 0: 1050 did not go through the LLM proxy, as with an address of its own.",
    ],
    [
      "calls that the agent did not note",
      [calls("2026-01-01", 1000, 50)],
      [tokens("2026-01-01", 0)],
      -1050,
      "AgentPod counted 1050 tokens, the agent 0: 1050 are not in the agent's books, as of calls whose usage it was not told, of calls that broke off, of chats that were deleted, or of another program with the pod's key.",
    ],
    [
      "an estimate",
      [calls("2026-01-01", 1000, 60, 2)],
      [tokens("2026-01-01", 1000, 50)],
      -10,
      "AgentPod counted 1060 tokens, the agent 1050: 10 are not in the agent's books; AgentPod had to estimate 2 calls.",
    ],
  ])("%s", (_what, proxy, agent, difference, message) => {
    expect(compareUsage(proxy, agent)).toMatchObject([{ day: "2026-01-01", difference, message }]);
  });

  it("by day, the oldest first, without days on which nothing was counted", () => {
    const days = compareUsage(
      [calls("2026-01-03", 5), calls("2026-01-01", 7)],
      [tokens("2026-01-02", 0), tokens("2026-01-01", 7), tokens("2026-01-04", 1)],
    );
    expect(days.map(({ day, verdict }) => [day, verdict])).toEqual([
      ["2026-01-01", "same"],
      ["2026-01-03", "proxy_more"],
      ["2026-01-04", "agent_more"],
    ]);
  });

  it("reads the agent's answer, knows when it is still counting, and takes nothing else for one", () => {
    const daily = [{ date: "2026-01-01", input: 1, output: 2, cacheRead: 3, cacheWrite: 4, totalTokens: 10, totalCost: 0 }];
    const day = { day: "2026-01-01", input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };
    expect(readAgentUsage({ daily, totals: {}, updatedAt: 1 })).toEqual({ days: [day], isWhole: true });
    expect(readAgentUsage({ daily, cacheStatus: { status: "refreshing" } })).toEqual({ days: [day], isWhole: false });
    for (const other of [null, {}, { daily: [{ date: "yesterday" }] }, { daily: [{ ...daily[0], input: -1 }] }])
      expect(readAgentUsage(other)).toBeNull();
  });
});
