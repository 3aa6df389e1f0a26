import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Alert, AlertNotice } from "../src/alert.ts";
import { advanceAlerts, quietSeconds } from "../src/alert-advance.ts";
import { channelConfigs, channelTarget } from "../src/alert-channel-config.ts";
import { type AlertFacts, type Condition, conditionsOf, type LookedFor } from "../src/alert-conditions.ts";
import { alertRefusal, alertRequest } from "../src/alert-request.ts";
import { deliveryRetry } from "../src/alert-retry.ts";
import { alertText } from "../src/alert-text.ts";
import { podSpec } from "../src/pod-spec.ts";
import { emptyStatus } from "../src/status.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
const condition = (subject = "p1", forSeconds = 0): Condition => ({
  ruleId: "r",
  rule: "sick",
  kind: "unhealthy",
  tenantId: "t",
  tenant: "acme",
  subject,
  subjectName: `acme/${subject}`,
  message: "bad",
  forSeconds,
});
/** Runs the machine over looks, one each ten seconds; says what was told when. */
function run(looks: (Condition[] | null)[]): [number, string][] {
  let open: Alert[] = [];
  let id = 0;
  return looks.flatMap((look, i) => {
    const changes = advanceAlerts(open, look ?? [], at(i * 10), () => String(++id));
    for (const { alert, is } of changes) {
      open = open.filter((one) => one.id !== alert.id);
      if (is !== "gone" && alert.state !== "resolved") open.push(alert);
    }
    return changes.flatMap(({ tell }) => (tell === null ? [] : [[i * 10, tell] as [number, string]]));
  });
}
const times = <T>(count: number, what: T): T[] => Array(count).fill(what);

describe("P11 an alert", () => {
  it("fires at once, is told once, and is resolved after a quiet minute", () => {
    expect(run([...times(5, [condition()]), ...times(10, null)])).toEqual([
      [0, "firing"],
      [50 + quietSeconds, "resolved"],
    ]);
  });
  it("that has to last fires when it has, and not where it was broken off", () => {
    const long = [condition("p1", 30)];
    expect(run([long, long, long, long, long])).toEqual([[30, "firing"]]);
    expect(run([long, long, null, long, long, null])).toEqual([]);
  });
  it("that flaps is told once", () => {
    const looks = [...Array(20).keys()].map((i) => (i % 3 === 0 ? null : [condition()]));
    expect(run(looks)).toEqual([[10, "firing"]]);
  });
  it("of one subject says nothing of another", () => {
    expect(run([[condition("a")], [condition("a"), condition("b")]])).toEqual([
      [0, "firing"],
      [10, "firing"],
    ]);
  });
  it("changes nothing when looked at twice, and tells firing and resolved in turns", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 0, max: 60 }), (looks, forSeconds) => {
        const told = run(looks.map((is) => (is ? [condition("p", forSeconds)] : null))).map(([, what]) => what);
        expect(told).toEqual(told.map((_, i) => (i % 2 === 0 ? "firing" : "resolved")));
      }),
    );
    const [first] = advanceAlerts([], [condition()], at(0), () => "1");
    expect(advanceAlerts(first ? [first.alert] : [], [condition()], at(1), () => "2")).toEqual([]);
  });
});

describe("P11 rules", () => {
  const failure = {
    revision: "1",
    count: 3,
    lastAt: "",
    runId: null,
    reason: "exited",
    message: "exit 1",
    fault: "user" as const,
    retry: true,
  };
  const pod = (name: string, status = {}, desired: "running" | "stopped" = "running") => ({
    id: name,
    tenantId: "t",
    tenant: "acme",
    name,
    desired,
    spec: podSpec.parse({ units: [{ name: "app", image: "a:1", resources: { cpus: 2 } }] }),
    status: { ...emptyStatus, ...status },
  });
  const facts = (more: Partial<AlertFacts> = {}): AlertFacts => ({
    pods: [],
    certificates: [],
    domains: [],
    crashed: [],
    usage: new Map(),
    diskFreeMb: 5000,
    gatewayProblem: null,
    logMatches: [],
    llmBudgets: [],
    backupProblem: null,
    podBackupProblems: new Map(),
    ...more,
  });
  const rule = (kind: LookedFor["kind"], more: Partial<LookedFor> = {}): LookedFor => ({
    id: "r",
    name: kind,
    kind,
    tenantId: null,
    pod: null,
    threshold: null,
    forSeconds: 0,
    ...more,
  });
  const found = (rules: LookedFor[], given: Partial<AlertFacts>) =>
    conditionsOf(rules, facts(given), at(0)).map((c) => `${c.rule} ${c.subjectName}: ${c.message}`);

  it("three failures in a row always alert, two do not, and one that was over before the look does", () => {
    expect(found([], { pods: [pod("web", { failures: { app: failure } })] })).toEqual([
      "crash_loop acme/web: app failed 3 times in a row: exit 1",
    ]);
    expect(found([], { pods: [pod("web", { failures: { app: { ...failure, count: 2 } } })] })).toEqual([]);
    expect(found([], { pods: [pod("web")], crashed: [{ podId: "web", message: "it was bad" }] })).toEqual([
      "crash_loop acme/web: it was bad",
    ]);
  });
  it("A6 a lost channel always alerts, though the pod is as well as can be; one that is off or coming does not", () => {
    const of = (name: string, state: "ok" | "lost" | "off" | "starting", message: string) => ({
      channel: name.toLowerCase(),
      label: name,
      account: "default",
      state,
      message,
      since: "",
    });
    const unit = (...channels: ReturnType<typeof of>[]) => ({
      ...{ name: "agent", revision: "r", state: "running" as const, health: "healthy" as const, message: null, containerId: null },
      ...{ pid: null, runId: "run", startedAt: null, exitCode: null, restarts: 0, channels },
    });
    const agent = (...channels: ReturnType<typeof of>[]) => pod("bot", { phase: "running", units: [unit(...channels)] });
    const lost = [of("Telegram", "lost", "token refused"), of("Slack", "ok", ""), of("Discord", "lost", "cannot be reached")];
    expect(found([], { pods: [agent(...lost)] })).toEqual([
      "channel acme/bot: Telegram is lost: token refused. Discord is lost: cannot be reached.",
    ]);
    expect(found([], { pods: [agent(of("Telegram", "off", "not set up"), of("Slack", "starting", "connecting"))] })).toEqual([]);
    expect(found([], { pods: [pod("bot", { units: [unit(...lost)] }, "stopped")] })).toEqual([]);
  });
  it("P13 a log that said it often enough, of that pod and that rule", () => {
    const rules = [rule("log", { threshold: 3, withinMinutes: 2 }), rule("log", { id: "other", name: "any" })];
    const said = (ruleId: string, count: number) => ({ ruleId, podId: "web", count, sample: "ERROR boom" });
    const look = (...logMatches: AlertFacts["logMatches"]) => found(rules, { pods: [pod("web"), pod("db")], logMatches });
    expect(look(said("r", 2), said("another", 9))).toEqual([]);
    expect(look(said("r", 3))).toEqual(["log acme/web: 3 lines or more came within 2 min, such as: ERROR boom"]);
    expect(look(said("other", 1))).toEqual(["any acme/web: A line came within 5 min, such as: ERROR boom"]);
  });
  it("a backup that failed always alerts", () => {
    expect(found([], { backupProblem: "The disk is full." })).toEqual(["backup AgentPod: The disk is full."]);
    const web = pod("web");
    const podBackupProblems = new Map([[web.id, "The backup failed."]]);
    expect(found([], { pods: [web], podBackupProblems })).toEqual(["backup acme/web: The backup failed."]);
  });
  it("find what they look for, in their tenant and pod alone", () => {
    const sick = {
      units: [
        {
          name: "app",
          revision: "1",
          state: "running",
          health: "unhealthy",
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
    const pods = [pod("web", sick), pod("other", sick)];
    expect(found([rule("unhealthy")], { pods })).toHaveLength(2);
    expect(found([rule("unhealthy", { pod: "web" })], { pods })).toEqual(["unhealthy acme/web: app is not healthy: HTTP 500"]);
    expect(found([rule("unhealthy", { tenantId: "elsewhere" })], { pods })).toEqual([]);
    expect(found([rule("deployment")], { pods: [pod("web", { failures: { app: { ...failure, count: 1, retry: false } } })] })).toEqual([
      "deployment acme/web: app cannot be started: exit 1",
    ]);
  });
  it("tell of CPU and memory by their limits, and not of what was not measured", () => {
    const usage = (cpuCores: number | null, memoryBytes: number, memoryLimitBytes: number | null) =>
      new Map([["web", { cpuCores, memoryBytes, memoryLimitBytes }]]);
    const of = (kind: "cpu" | "memory", map: AlertFacts["usage"], threshold: number | null = null) =>
      found([rule(kind, { threshold })], { pods: [pod("web")], usage: map });
    expect(of("cpu", usage(1.9, 0, null))).toEqual(["cpu acme/web: It uses 95 % of the CPU that it may."]);
    expect(of("cpu", usage(1.7, 0, null))).toEqual([]);
    expect(of("cpu", usage(1.7, 0, null), 80)).toHaveLength(1);
    expect(of("cpu", usage(null, 0, null), 1)).toEqual([]);
    expect(of("memory", usage(null, 95, 100))).toEqual(["memory acme/web: It uses 95 % of the memory that it may."]);
    expect(of("memory", usage(null, 95, null))).toEqual([]);
    expect(of("memory", new Map(), 0)).toEqual([]);
  });
  it("tell of certificates, domains, disk and gateway", () => {
    const issued = {
      notBefore: at(0).toISOString(),
      notAfter: at(5 * 86_400).toISOString(),
      issuer: "",
      serial: "",
      fingerprint: "",
      chain: "",
    };
    const certificate = {
      id: "c",
      tenantId: "t",
      tenant: "acme",
      names: ["a.example"],
      source: "acme" as const,
      issued,
      challenge: null,
      renewAt: null,
      failures: 0,
      nextAttemptAt: null,
      message: "",
      fault: null,
      ocsp: null,
      createdAt: "",
      updatedAt: "",
    };
    expect(found([rule("certificate", { threshold: 7 })], { certificates: [certificate] })).toEqual([
      "certificate a.example: The certificate ends in 5 days.",
    ]);
    expect(found([rule("certificate", { threshold: 5 })], { certificates: [certificate] })).toEqual([]);
    expect(
      found([rule("certificate", { threshold: 1 })], { certificates: [{ ...certificate, failures: 3, message: "refused" }] }),
    ).toHaveLength(1);
    const domain = {
      id: "d",
      tenantId: "t",
      tenant: "acme",
      name: "a.example",
      state: "verified" as const,
      method: "dns" as const,
      token: "",
      message: "nothing there",
      checkedAt: null,
      verifiedAt: null,
      createdAt: "",
    };
    expect(found([rule("domain")], { domains: [domain, { ...domain, message: "" }, { ...domain, state: "pending" }] })).toEqual([
      "domain a.example: nothing there",
    ]);
    expect(found([rule("disk_low", { threshold: 6000 })], {})).toEqual([
      "disk_low AgentPod: Only 5000 MB of disk are free; 6000 MB should be.",
    ]);
    expect(found([rule("disk_low")], { diskFreeMb: null })).toEqual([]);
    expect(found([rule("gateway")], { gatewayProblem: "no answer" })).toEqual(["gateway AgentPod: The gateway does not serve: no answer"]);
  });
});

describe("P11 notices", () => {
  const notice: AlertNotice = {
    delivery: "d1",
    phase: "firing",
    kind: "crash_loop",
    rule: "crash_loop",
    tenant: "acme",
    subject: "acme/web",
    message: "app <!channel> @everyone\r\nBcc: x",
    since: "2026-01-01T00:00:00.000Z",
    at: "2026-01-01T00:00:00.000Z",
  };
  const url = "https://hooks.example/path?key=secret";

  it("are in the channel's language, in one line each, without what could steer a reader", () => {
    expect(alertText(notice, "en").title).toBe("[ALERT] acme/web: keeps failing");
    expect(alertText({ ...notice, phase: "resolved" }, "zh").title).toBe("[已恢复] acme/web: 反复失败");
    expect(alertText(notice, "en").text.split("\n")).toHaveLength(4);
    expect(alertText({ ...notice, message: "x".repeat(9000) }, "en").text.length).toBeLessThanOrEqual(1800);
  });
  it("call nobody by tags of Slack, Discord or Feishu", () => {
    const body = (kind: "slack" | "discord" | "feishu") =>
      JSON.parse(alertRequest(kind, { url }, { ...notice, message: `<!channel> <at user_id="all">` }, "en", at(0)).body);
    expect(body("slack").text).toContain("&lt;!channel&gt;");
    expect(body("discord").allowed_mentions).toEqual({ parse: [] });
    expect(body("feishu").content.text).not.toContain("<");
  });
  it("are taken where the service says so, whatever the status", () => {
    expect(alertRefusal("slack", 200, "ok")).toBeNull();
    expect(alertRefusal("webhook", 302, "")).toContain("302");
    expect(alertRefusal("dingtalk", 200, '{"errcode":0}')).toBeNull();
    expect(alertRefusal("dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}')).toContain("310000");
    expect(alertRefusal("feishu", 200, '{"StatusCode":0}')).toBeNull();
    expect(alertRefusal("feishu", 200, '{"code":19021}')).toContain("19021");
    expect(alertRefusal("telegram", 200, '{"ok":true}')).toBeNull();
    expect(alertRefusal("telegram", 200, "<html>")).not.toBeNull();
  });
  it("show where they go without what is secret", () => {
    expect(channelTarget("slack", { url })).toBe("hooks.example");
    expect(channelConfigs.slack.safeParse({ url: "file:///etc/passwd" }).success).toBe(false);
    expect(channelConfigs.smtp.safeParse({ host: "h", port: 25, from: "a@b.example", to: ["x@y.example\nBcc: z@z.example"] }).success).toBe(
      false,
    );
  });
  it("are tried for half a day, then given up", () => {
    let seconds = 0;
    let attempts = 0;
    for (let wait = deliveryRetry(++attempts); wait !== null; wait = deliveryRetry(++attempts)) seconds += wait;
    expect(attempts).toBe(14);
    expect(seconds).toBeGreaterThan(12 * 3600);
    // After an hour away, a target is tried again within the next.
    expect([9, 10].map(deliveryRetry)).toEqual([3600, 3600]);
  });
});
