import { describe, expect, it } from "vitest";
import { usageDays } from "../src/screens/agent/usage-days.ts";
import { agentStanding } from "../src/screens/agents/agent-standing.ts";
import { type Agent, groupAgents, isIn, matches } from "../src/screens/agents/choose-agents.ts";
import { newerVersion, packageOf } from "../src/screens/agents/newer-package.ts";

const channel = (state: string, label = "Telegram") => ({
  channel: label.toLowerCase(),
  label,
  account: "default",
  state,
  message: "",
  since: "",
});
const pod = (tenant: string, name: string, change: object = {}) => ({
  tenant,
  name,
  phase: "running",
  health: "healthy",
  template: { name: "support", version: 2 },
  units: [{ channels: [channel("ok")] }],
  ...change,
});
const agent = (tenant: string, name: string, change: object = {}, newer: number | null = null) =>
  ({ pod: pod(tenant, name, change), newer }) as unknown as Agent;
const lost = { units: [{ channels: [channel("ok", "Slack"), channel("lost")] }] };

describe("A6 how an agent stands", () => {
  it.each([
    [{}, "fine"],
    [{ units: [{}] }, "fine"],
    [lost, "attention"],
    [{ units: [{ channels: [channel("off")] }, { channels: [channel("starting")] }] }, "fine"],
    [{ health: "unhealthy" }, "attention"],
    [{ ...lost, phase: "stopped" }, "resting"],
    [{ ...lost, phase: "starting" }, "moving"],
  ])("%o: %s", (change, standing) => expect(agentStanding(pod("acme", "bot", change) as never)).toBe(standing));
});

describe("A4 the board of agents", () => {
  const agents = [agent("globex", "a"), agent("acme", "b", {}, 3), agent("acme", "c", lost), agent("acme", "a", { phase: "stopped" })];
  const names = (found: readonly Agent[]): string => found.map(({ pod: one }) => `${one.tenant}/${one.name}`).join(" ");

  it("groups by customer; who needs somebody comes first", () => {
    expect(groupAgents(agents).map(({ tenant, agents: own }) => `${tenant}: ${own.map((one) => one.pod.name).join("")}`)).toEqual([
      "acme: cab",
      "globex: a",
    ]);
    expect(groupAgents([])).toEqual([]);
  });

  it.each([
    ["", "globex/a acme/b acme/c acme/a"],
    ["attention", "acme/c"],
    ["fine", "globex/a acme/b"],
    ["resting", "acme/a"],
    ["moving", ""],
    ["newer", "acme/b"],
  ] as const)("view '%s' shows %s", (view, expected) => expect(names(agents.filter((one) => isIn(view, one)))).toBe(expected));

  it.each([
    ["", "globex/a acme/b acme/c acme/a"],
    ["  ACME/  telegram ", "acme/b acme/c acme/a"],
    ["slack", "acme/c"],
    ["lost", "acme/c"],
    ["support globex", "globex/a"],
    ["nobody", ""],
  ])("'%s' finds those that have every word", (text, expected) => expect(names(agents.filter((one) => matches(text, one)))).toBe(expected));
});

describe("A9 a newer version of an agent's package", () => {
  const packages = [
    { name: "support", version: 2, tenantId: null },
    { name: "support", version: 5, tenantId: "t-acme" },
    { name: "sales", version: 9, tenantId: null },
  ];
  it.each([
    ["the installation's, of which it has the newest", "t-globex", 2, null, 2],
    ["the installation's, of which it has an older one", "t-globex", 1, 2, 2],
    ["its tenant's own, before the installation's", "t-acme", 2, 5, 5],
    ["one whose tenant is not known yet", undefined, 1, 2, 2],
  ])("%s", (_what, tenantId, version, newer, newest) => {
    const one = pod("acme", "bot", { template: { name: "support", version } }) as never;
    expect(packageOf(one, tenantId, packages)?.version).toBe(newest);
    expect(newerVersion(one, tenantId, packages)).toBe(newer);
  });

  it("is none for what is made of nothing, or of what is not seen", () => {
    for (const template of [null, { name: "hidden", version: 1 }])
      expect([packageOf({ template }, "t-acme", packages), newerVersion({ template }, "t-acme", packages)]).toEqual([null, null]);
  });
});

describe("A15 usage by day", () => {
  const row = { calls: 3, input: 10, output: 5, cacheRead: 1, cacheWrite: 0, cost: 0.5 };

  it("has every day from first to last, those without a call too, over the end of a month", () => {
    const { times, days } = usageDays([{ ...row, day: "2026-03-01" }], "2026-02-27", "2026-03-02");
    expect(days.map(({ calls }) => calls)).toEqual([0, 0, 3, 0]);
    expect(times.map((time) => new Date(time * 1000).getDate())).toEqual([27, 28, 1, 2]);
  });

  it("of one day is one", () => expect(usageDays([], "2026-01-31", "2026-01-31").days).toHaveLength(1));
});
