import { describe, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { agentPackage } from "../../src/products/agents/agent-package.ts";
import { channelCatalog } from "../../src/products/agents/channel-catalog.ts";
import { agentRest, suspensionOf } from "../../src/products/agents/hibernation-rest.ts";
import { hibernationObstacle, sleepObstacles } from "../../src/products/agents/hibernation-rules.ts";
import { restOfAll } from "../../src/rest.ts";
import { draft } from "../draft-rig.ts";
import { packaged } from "./appliance.ts";

const botToken = `1234567:${"A".repeat(35)}`;
const open = (changes: Record<string, unknown> = {}) => packaged({ allow: ["channels.telegram"], channels: ["telegram"], ...changes });
const telegram = { config: JSON.stringify({ channels: { telegram: { enabled: true } } }), telegramBotToken: botToken };

function issuesOf(work: () => unknown): Record<string, string> {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return Object.fromEntries(error.issues.map((issue) => [issue.path, issue.expected]));
    throw error;
  }
  return {};
}

describe("A18 an agent may hibernate", () => {
  test("only when asked to, and then what an open page does by itself counts for nothing unless the package says so", () => {
    expect(draft({ template: open() }).spec.idle).toBeUndefined();
    expect(draft({ template: open(), inputs: { hibernateAfterSeconds: 600 } }).spec.idle).toEqual({
      sleepAfterSeconds: 600,
      openPages: "ignore",
    });
    const template = open({ idle: { sleepAfterSeconds: 900, openPages: "hold" } });
    expect(draft({ template }).spec.idle).toEqual({ sleepAfterSeconds: 900, openPages: "hold" });
    expect(draft({ template, inputs: { hibernateAfterSeconds: 0 } }).spec.idle).toBeUndefined();
    expect(issuesOf(() => draft({ template, inputs: { hibernateAfterSeconds: 29 } }))).toEqual({
      "inputs.hibernateAfterSeconds": "0, for never, or 30 and more",
    });
  });

  test("is refused by the name of a channel that needs it awake, whichever of the two comes second", () => {
    const refusal = {
      "inputs.hibernateAfterSeconds":
        "0, for never. Telegram is asked for new messages by the agent itself, so that none would arrive while it sleeps.",
    };
    expect(issuesOf(() => draft({ template: open(), inputs: { ...telegram, hibernateAfterSeconds: 600 } }))).toEqual(refusal);
    const sleeper = open({ idle: { sleepAfterSeconds: 600 } });
    expect(issuesOf(() => draft({ template: sleeper, inputs: telegram }))).toEqual(refusal);
    const off = { ...telegram, config: JSON.stringify({ channels: { telegram: { enabled: false } } }) };
    expect(draft({ template: sleeper, inputs: off }).spec.idle).toMatchObject({ sleepAfterSeconds: 600 });
    expect(sleepObstacles(draft({ template: open(), inputs: telegram }).spec)).toEqual([expect.stringMatching(/^Telegram /)]);
    expect(sleepObstacles(draft({ template: open() }).spec)).toEqual([]);
  });

  test("with channels that are called at the page's address alone, whatever each account of them says", () => {
    const reach = (id: string, settings: Record<string, unknown>) => {
      const channel = channelCatalog.find((one) => one.id === id);
      if (channel === undefined) throw new Error(id);
      return hibernationObstacle(channel, settings)?.split(" ").slice(0, 2).join(" ") ?? null;
    };
    expect([
      ["telegram", reach("telegram", {})],
      ["telegram", reach("telegram", { webhookUrl: "https://bot.example.com/t" })],
      ["discord", reach("discord", {})],
      ["whatsapp", reach("whatsapp", {})],
      ["feishu", reach("feishu", {})],
      ["feishu", reach("feishu", { connectionMode: "webhook" })],
      ["slack", reach("slack", {})],
      ["slack", reach("slack", { mode: "http" })],
      ["slack", reach("slack", { mode: "http", accounts: { a: {}, b: { mode: "socket" } } })],
      ["slack", reach("slack", { mode: "http", accounts: { a: {}, b: { mode: "socket", enabled: false } } })],
    ]).toEqual([
      ["telegram", "Telegram is"],
      ["telegram", "Telegram delivers"],
      ["discord", "Discord delivers"],
      ["whatsapp", "WhatsApp delivers"],
      ["feishu", "Feishu delivers"],
      ["feishu", "Feishu delivers"],
      ["slack", "Slack delivers"],
      ["slack", null],
      ["slack", "Slack delivers"],
      ["slack", null],
    ]);
  });

  test("a package says when, within the bounds of a pod", () => {
    const manifest = { apiVersion: "agentpod/v1", kind: "AgentPackage", name: "a", title: "A", description: "A" };
    expect(agentPackage.safeParse({ ...manifest, idle: { sleepAfterSeconds: 5 } }).success).toBe(false);
    expect(agentPackage.safeParse({ ...manifest, idle: { sleepAfterSeconds: 60, openPages: "sometimes" } }).success).toBe(false);
  });
});

describe("A18 whether an agent may be stopped is its own word", () => {
  const now = new Date("2026-05-05T12:00:00Z");
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
  const quiet = {
    prepared: { status: "ready", suspensionId: "s1", expiresAtMs: 1, activeCount: 0, blockers: [] },
    scheduler: { enabled: true, jobs: 0, nextWakeAtMs: null },
    jobs: [{ jobs: [] }, { jobs: [] }],
    health: { ok: true, sessions: { count: 1, recent: [{ key: "main", updatedAt: now.getTime() - 700_000 }] }, agents: [] },
  };
  const rest = (answers: Partial<typeof quiet> | Record<string, unknown>, idleSeconds = 600) =>
    agentRest({ ...quiet, ...answers }, idleSeconds, now);

  test.each([
    ["nothing is planned", {}, { kind: "rest", wakeAt: null }],
    ["a job is due in an hour", { scheduler: { nextWakeAtMs: now.getTime() + 3_600_000 } }, { kind: "rest", wakeAt: at(3540) }],
    ["a job is due in a moment", { scheduler: { nextWakeAtMs: now.getTime() + 90_000 } }, { kind: "stay", until: at(150) }],
    ["a job is overdue", { scheduler: { nextWakeAtMs: now.getTime() - 5000 } }, { kind: "stay", until: at(60) }],
    [
      "it is at work",
      {
        prepared: { status: "busy", reason: "active-work", retryAfterMs: 20_000, activeCount: 1, blockers: [{ message: "1 active run" }] },
      },
      { kind: "stay", until: at(20), why: "it is at work (1 active run)" },
    ],
    [
      "a job watches a program",
      { jobs: [{ jobs: [{ name: "builds", enabled: true, schedule: { kind: "stream" } }] }] },
      { kind: "stay", until: at(600), why: expect.stringContaining("builds") },
    ],
    [
      "such a job is off",
      { jobs: [{ jobs: [] }, { jobs: [{ enabled: false, schedule: { kind: "on-exit" } }] }] },
      { kind: "rest", wakeAt: null },
    ],
    [
      "another agent of it was spoken to",
      { health: { agents: [{ sessions: { recent: [{ updatedAt: now.getTime() - 100_000 }] } }] } },
      { kind: "stay", until: at(500) },
    ],
    ["its clock is ahead", { health: { sessions: { recent: [{ updatedAt: now.getTime() + 9e9 }] } } }, { kind: "rest", wakeAt: null }],
  ])("%s", (_what, answers, expected) => {
    expect(rest(answers)).toMatchObject(expected);
  });

  test("its owner's word counts before that of who spoke to it", () => {
    const spoken = { health: { sessions: { recent: [{ updatedAt: now.getTime() - 1000 }] } } };
    expect(rest(spoken)).toMatchObject({ kind: "stay" });
    expect(rest(spoken, 0)).toEqual({ kind: "rest", wakeAt: null });
  });

  test("what does not answer like an agent says nothing", () => {
    expect([rest({ prepared: "<html>" }), rest({ scheduler: {} }), rest({ jobs: null }), rest({ health: 1 })]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([suspensionOf(quiet.prepared), suspensionOf({ status: "busy" }), suspensionOf(undefined)]).toEqual(["s1", null, null]);
  });

  test("a pod of several stays for the longest and wakes for the first", () => {
    const stay = (seconds: number) => ({ kind: "stay" as const, until: at(seconds), why: `${seconds}` });
    const until = (wakeAt: string | null) => ({ kind: "rest" as const, wakeAt });
    expect(restOfAll([until(null), stay(5), stay(50)])).toEqual(stay(50));
    expect(restOfAll([until(at(90)), until(null), until(at(30))])).toEqual(until(at(30)));
    expect(restOfAll([])).toEqual(until(null));
  });
});
