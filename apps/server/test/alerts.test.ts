import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { startAlerter } from "../src/alerts/alerter.ts";
import { deliverDue } from "../src/alerts/deliver-due.ts";
import { evaluate } from "../src/alerts/evaluate.ts";
import { type AlertRig, alertRig, type Received } from "./alert-rig.ts";

let rig: AlertRig;
beforeEach(async () => {
  rig = await alertRig(inject("serverUrl"));
});
afterEach(() => rig.close());

const system: AlertRig["scratch"]["database"]["asSystem"] = (work) => rig.scratch.database.asSystem(work);
const alerts = () => system((s) => s.alerts.list({}, 100));
const deliveries = () => system((s) => s.alerts.deliveries({}, 100));
const phases = () => rig.received.map(({ body }) => JSON.parse(body).phase);

/** As a receiver does it, by the words of the documentation alone. */
function isSigned({ headers, body }: Received, secret: string, now: Date): boolean {
  const timestamp = String(headers["agentpod-timestamp"]);
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > 300) return false;
  const expected = `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
  const given = String(headers["agentpod-signature"]);
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

describe("P11 three failures in a row", () => {
  it("always alert: once, signed, and again when all is well", async () => {
    const secret = "a-secret-of-the-receiver";
    await rig.channel("webhook", { url: rig.url, secret });
    for (const failures of [1, 2, 3, 3, 4]) {
      await rig.look(failures);
      await rig.deliver();
      rig.pass(10);
    }
    expect(phases()).toEqual(["firing"]);
    const [first] = rig.received as [Received];
    expect(isSigned(first, secret, rig.now)).toBe(true);
    expect(isSigned({ ...first, body: first.body.replace("web", "bew") }, secret, rig.now)).toBe(false);
    expect(isSigned(first, "another", rig.now)).toBe(false);
    expect(isSigned(first, secret, new Date(rig.now.getTime() + 3_600_000))).toBe(false);
    expect(JSON.parse(first.body)).toMatchObject({
      type: "agentpod.alert.firing",
      rule: "crash_loop",
      tenant: "acme",
      subject: "acme/web",
    });
    expect(first.headers["agentpod-delivery"]).toBe(JSON.parse(first.body).delivery);
    for (let i = 0; i < 8; i++) {
      await rig.look(0);
      rig.pass(10);
    }
    await rig.deliver();
    expect(phases()).toEqual(["firing", "resolved"]);
    expect(await alerts()).toMatchObject([{ state: "resolved", kind: "crash_loop" }]);
    expect((await system((s) => s.events.latest({ type: "alert.*" }, 10))).map((e) => [e.type, e.tenant, e.pod])).toEqual([
      ["alert.resolved", "acme", "web"],
      ["alert.fired", "acme", "web"],
    ]);
  });

  it("alert though they were over before anybody looked: the event tells", async () => {
    await rig.channel("webhook", { url: rig.url });
    await rig.look(0);
    await system((s) =>
      s.events.append({
        type: "pod.alert",
        tenantId: rig.tenant.id,
        tenant: "acme",
        pod: "web",
        podId: rig.pod.id,
        actor: "system",
        source: null,
        result: "failed",
        message: "app failed and failed",
        data: { count: 3 },
      }),
    );
    // Another database's transaction may bound what is visible for a moment.
    while ((await alerts()).length === 0) await rig.look(0);
    await rig.deliver();
    expect(JSON.parse(rig.received[0]?.body ?? "{}")).toMatchObject({ phase: "firing", message: "app failed and failed" });
    rig.pass(10);
    await rig.look(0);
    rig.pass(70);
    await rig.look(0);
    await rig.deliver();
    expect(phases()).toEqual(["firing", "resolved"]);
  });

  it("go to the installation's channels where the tenant has none, and to the tenant's alone where it has", async () => {
    await rig.channel("webhook", { url: rig.url }, { name: "platform", tenantId: null });
    await rig.look(3);
    expect((await deliveries()).map((d) => d.channel)).toEqual(["platform"]);
    await rig.channel("slack", { url: rig.url });
    const other = { ...rig.pod, id: crypto.randomUUID(), name: "second" };
    const failure = { revision: "1", count: 3, lastAt: "", runId: null, reason: "", message: "", fault: "user" as const, retry: true };
    await rig.look(3, { pods: [{ ...other, status: { ...other.status, failures: { app: failure } } }] });
    expect((await deliveries()).map((d) => d.channel)).toEqual(["slack", "platform"]);
  });
});

describe("P11 a target that is away", () => {
  it("for an hour gets everything afterwards, in order and once", async () => {
    await rig.channel("webhook", { url: rig.url });
    rig.answer = null;
    await rig.look(3);
    const start = rig.now.getTime();
    let attempts = 0;
    let isResolved = false;
    while (rig.now.getTime() - start < 3_600_000) {
      attempts += await rig.deliver();
      rig.pass(30);
      await rig.look(0);
      isResolved ||= (await alerts())[0]?.state === "resolved";
    }
    expect(isResolved).toBe(true);
    expect(rig.received).toEqual([]);
    expect(attempts).toBeGreaterThan(5);
    expect(attempts).toBeLessThan(12);
    expect((await deliveries()).at(-1)).toMatchObject({ state: "queued", error: expect.stringContaining("cannot be reached") });
    expect(JSON.stringify(await deliveries())).not.toContain("secret-path");
    rig.answer = { status: 200, body: "" };
    while ((await deliveries()).some((d) => d.state === "queued")) {
      rig.pass(300);
      await rig.deliver();
    }
    expect(phases()).toEqual(["firing", "resolved"]);
    expect(rig.now.getTime() - start).toBeLessThan(2.2 * 3_600_000);
  });

  it("for more than half a day is given up, and said to be", async () => {
    await rig.channel("webhook", { url: rig.url });
    rig.answer = { status: 500, body: "" };
    await rig.look(3);
    while ((await deliveries())[0]?.state === "queued") {
      await rig.deliver();
      rig.pass(3600);
    }
    expect((await deliveries())[0]).toMatchObject({ state: "dead", attempts: 14, error: expect.stringContaining("500") });
    rig.pass(86_400);
    expect(await rig.deliver()).toBe(0);
  });

  it("does not hold up another channel", async () => {
    await rig.channel("webhook", { url: rig.url }, { name: "works" });
    await rig.channel("webhook", { url: "http://127.0.0.1:9/" }, { name: "broken" });
    await rig.look(3);
    await rig.deliver();
    expect((await deliveries()).map((d) => [d.channel, d.state]).toSorted()).toEqual([
      ["broken", "queued"],
      ["works", "delivered"],
    ]);
  });

  it("that is inside is not reached: the guard says so", async () => {
    await rig.channel("slack", { url: "http://169.254.169.254/latest/meta-data" });
    await rig.look(3);
    await rig.deliver();
    expect((await deliveries())[0]).toMatchObject({ state: "queued", error: expect.stringContaining("not a public address") });
  });
});

describe("P11 two control planes", () => {
  it("tell once, whoever looks and whoever sends; what one died with, the other sends", async () => {
    await rig.channel("webhook", { url: rig.url });
    await Promise.all([1, 2, 3, 4].map(() => rig.look(3)));
    await rig.look(3);
    expect(await alerts()).toHaveLength(1);
    await Promise.all([1, 2, 3, 4].map(() => rig.deliver()));
    expect(phases()).toEqual(["firing"]);

    rig.pass(10);
    await rig.look(0);
    rig.pass(70);
    await rig.look(0);
    // One takes the notice and is killed.
    expect(await system((s) => s.alerts.claimDue(rig.now, 60, 10))).toHaveLength(1);
    expect(await rig.deliver()).toBe(0);
    rig.pass(61);
    await rig.deliver();
    expect(phases()).toEqual(["firing", "resolved"]);
  });

  it("one whose transaction fails leaves nothing half done", async () => {
    await rig.channel("webhook", { url: rig.url });
    const facts = {
      pods: [],
      certificates: [],
      domains: [],
      usage: new Map(),
      diskFreeMb: 1,
      gatewayProblem: null,
      backupProblem: null,
      podBackupProblems: new Map(),
      logMatches: [],
      llmBudgets: [],
    };
    await system((s) =>
      s.alertRules.insert({ tenantId: null, name: "disk", kind: "disk_low", pod: null, threshold: 100, forSeconds: 0, channels: [] }),
    );
    await expect(
      system(async (s) => {
        await evaluate(s, facts, rig.now);
        throw new Error("killed");
      }),
    ).rejects.toThrow();
    expect(await alerts()).toEqual([]);
    await system((s) => evaluate(s, facts, rig.now));
    expect(await alerts()).toMatchObject([{ rule: "disk", subject: "platform", tenant: null }]);
  });
});

describe("P11 the alerter", () => {
  it("finds what is so by itself: the samples of a pod, the disk, the gateway", async () => {
    await rig.channel("webhook", { url: rig.url });
    const { database } = rig.scratch;
    const unknown = {
      cpuCoresMax: null,
      memoryBytesMax: null,
      networkInBytes: null,
      networkOutBytes: null,
      diskReadBytes: null,
      diskWriteBytes: null,
      diskUsedBytes: null,
      diskTotalBytes: null,
      connections: null,
    };
    const values = { ...unknown, cpuCores: null, memoryBytes: 99, memoryLimitBytes: 100 };
    const rule = { pod: null, threshold: null, forSeconds: 0, channels: [] };
    await system(async (s) => {
      await s.metrics.write([{ subject: rig.pod.id, tenantId: rig.tenant.id, values }], rig.now);
      await s.alertRules.insert({ ...rule, tenantId: rig.tenant.id, name: "ram", kind: "memory" });
      await s.alertRules.insert({ ...rule, tenantId: null, name: "disk", kind: "disk_low", threshold: 1000 });
      await s.alertRules.insert({ ...rule, tenantId: null, name: "door", kind: "gateway" });
    });
    const warned: string[] = [];
    const log = { info: () => undefined, warn: (_: object, message: string) => void warned.push(message), error: () => undefined };
    let wake: () => void = () => undefined;
    let isUnsubscribed = false;
    const alerter = startAlerter({
      database,
      gateway: { observe: () => Promise.reject(new AppError("unavailable", "the gateway does not answer")) },
      machine: async () => ({ memoryFreeMb: 1, diskFreeMb: 5 }),
      logs: { matches: async () => [] },
      send: async () => undefined,
      feed: {
        subscribe: (call) => {
          wake = call;
          return () => {
            isUnsubscribed = true;
          };
        },
      },
      clock: () => rig.now,
      log,
    });
    wake();
    await alerter.sweep();
    expect((await alerts()).map(({ rule, state, subjectName }) => [rule, state, subjectName]).toSorted()).toEqual([
      ["disk", "firing", "AgentPod"],
      ["door", "firing", "AgentPod"],
      ["ram", "firing", "acme/web"],
    ]);
    expect((await deliveries()).map((d) => [d.notice.rule, d.state])).toEqual([["ram", "delivered"]]);
    await alerter.stop();
    expect(isUnsubscribed).toBe(true);
    expect(warned).toEqual([]);
  });
});

describe("P11 rules and their channels", () => {
  it("a rule's own channels alone are told; one that is removed resolves", async () => {
    const url = rig.url;
    for (const name of ["first", "second"]) await rig.channel("webhook", { url }, { name });
    const sick = {
      units: [
        {
          name: "app",
          revision: "1",
          state: "running" as const,
          health: "unhealthy" as const,
          message: "HTTP 500",
          containerId: null,
          pid: null,
          runId: null,
          startedAt: null,
          exitCode: null,
          restarts: 0,
        },
      ],
    };
    const pods = [{ ...rig.pod, status: { ...rig.pod.status, ...sick } }];
    const rule = await system((s) =>
      s.alertRules.insert({
        tenantId: rig.tenant.id,
        name: "sick",
        kind: "unhealthy",
        pod: null,
        threshold: null,
        forSeconds: 120,
        channels: ["second"],
      }),
    );
    await rig.look(0, { pods });
    rig.pass(119);
    await rig.look(0, { pods });
    expect(await deliveries()).toEqual([]);
    rig.pass(1);
    await rig.look(0, { pods });
    expect((await deliveries()).map((d) => d.channel)).toEqual(["second"]);
    await system((s) => s.alertRules.delete(rule.id));
    await rig.look(0, { pods });
    rig.pass(60);
    await rig.look(0, { pods });
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
  });

  it("Slack, Discord, Telegram, DingTalk and Feishu get what they take, signed as they check it", async () => {
    const { url } = rig;
    const origin = new URL(url).origin;
    await rig.channel("slack", { url });
    await rig.channel("discord", { url });
    await rig.channel("telegram", { token: "123:abc", chat: "@ops", url: origin });
    await rig.channel("dingtalk", { url: `${origin}/robot/send?access_token=x`, secret: "SECding" }, { language: "zh" });
    await rig.channel("feishu", { url: `${origin}/open-apis/bot`, secret: "feishu-secret" }, { language: "zh" });
    rig.answer = { status: 200, body: JSON.stringify({ ok: true, errcode: 0, code: 0 }) };
    await rig.look(3);
    await rig.deliver();
    expect((await deliveries()).map((d) => d.state)).toEqual(["delivered", "delivered", "delivered", "delivered", "delivered"]);
    const by = (path: string, key: string) => {
      const found = rig.received.find((r) => r.url.startsWith(path) && JSON.parse(r.body)[key] !== undefined);
      return { url: new URL(found?.url ?? "", origin), body: JSON.parse(found?.body ?? "{}") };
    };
    expect(by("/hook", "text").body.text).toContain("[ALERT] acme/web: keeps failing");
    expect(by("/hook", "content").body.content).toContain("acme/web");
    expect(by("/bot123:abc/sendMessage", "chat_id").body).toMatchObject({ chat_id: "@ops", text: expect.stringContaining("acme/web") });
    const ding = by("/robot/send", "msgtype");
    expect(ding.body.text.content).toContain("[告警] acme/web: 反复失败");
    const timestamp = ding.url.searchParams.get("timestamp");
    expect(ding.url.searchParams.get("access_token")).toBe("x");
    expect(ding.url.searchParams.get("sign")).toBe(createHmac("sha256", "SECding").update(`${timestamp}\nSECding`).digest("base64"));
    const feishu = by("/open-apis", "msg_type");
    expect(feishu.body.content.text).toContain("[告警]");
    expect(feishu.body.sign).toBe(createHmac("sha256", `${feishu.body.timestamp}\nfeishu-secret`).update("").digest("base64"));
  });

  it("a service that says no with status 200 has not taken it", async () => {
    await rig.channel("dingtalk", { url: rig.url });
    rig.answer = { status: 200, body: '{"errcode":310000,"errmsg":"sign not match"}' };
    await rig.look(3);
    await deliverDue({
      database: rig.scratch.database,
      send: async () => Promise.reject(new Error("not reached")),
      clock: () => new Date(0),
    });
    await rig.deliver();
    expect((await deliveries())[0]).toMatchObject({ state: "queued", error: expect.stringContaining("310000") });
  });
});
