import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig, request } from "./api-rig.ts";

let rig: ApiRig;
let receiver: Server;
let got: { type: string; text: string }[];
let status: number;
let acme: string;
let bolts: string;
let url: string;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
  acme = await rig.token("acme", roles.admin);
  bolts = await rig.token("bolts", roles.admin);
  receiver = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    got.push(JSON.parse(body));
    outgoing.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/acme-secret`;
});
beforeEach(() => {
  got = [];
  status = 200;
});
afterAll(async () => {
  receiver.close();
  await rig.close();
});

const ask = (token: string, method: string, path: string, body?: unknown) => request(rig, token, method, path, body);

describe("P11 the API of alerts", () => {
  it("a channel is added, tested, listed without what is secret, and removed", async () => {
    const body = { name: "ops", kind: "webhook", language: "zh", config: { url, secret: "0123456789abcdef" } };
    const added = await ask(acme, "POST", "/tenants/acme/alert-channels", body);
    expect(added).toMatchObject({
      status: 201,
      body: { name: "ops", kind: "webhook", tenant: "acme", target: expect.stringContaining("127.0.0.1") },
    });
    expect((await ask(acme, "POST", "/tenants/acme/alert-channels", body)).status).toBe(409);
    expect((await ask(acme, "POST", "/tenants/acme/alert-channels/ops/test")).status).toBe(204);
    expect(got).toMatchObject([{ type: "agentpod.alert.test", text: expect.stringContaining("这是一条测试消息") }]);
    status = 500;
    expect(await ask(acme, "POST", "/tenants/acme/alert-channels/ops/test")).toMatchObject({
      status: 503,
      body: { error: { message: expect.stringContaining("500") } },
    });
    const all = `${(await ask(acme, "GET", "/tenants/acme/alert-channels")).text}${(await ask(rig.adminToken, "GET", "/audit?text=channel")).text}`;
    expect(all).toContain("alert channel ops");
    expect(all).not.toMatch(/acme-secret|0123456789abcdef/);
    expect((await ask(acme, "DELETE", "/tenants/acme/alert-channels/ops")).status).toBe(204);
    expect((await ask(acme, "POST", "/tenants/acme/alert-channels/ops/test")).status).toBe(404);
  });

  it.each([
    [{ kind: "slack", config: { url: "ftp://x" } }, "config.url"],
    [{ kind: "webhook", config: { url: "https://x.example", secret: "short" } }, "config.secret"],
    [{ kind: "smtp", config: { host: "h", port: 25, from: "a", to: [] } }, "config.from"],
    [{ kind: "pigeon", config: {} }, "kind"],
  ])("a form that is wrong is refused where it is wrong: %j", async (wrong, path) => {
    const { status: code, body } = await ask(acme, "POST", "/tenants/acme/alert-channels", { name: "x", ...wrong });
    expect(code).toBe(400);
    expect(body.error.issues.map((issue: { path: string }) => issue.path)).toContain(path);
  });

  it("rules name channels that are there, and platform matters are the installation's", async () => {
    const rule = { name: "sick", kind: "unhealthy", forSeconds: 300 };
    expect(await ask(acme, "POST", "/tenants/acme/alert-rules", rule)).toMatchObject({
      status: 201,
      body: { channels: [], pod: null, threshold: null },
    });
    expect((await ask(acme, "POST", "/tenants/acme/alert-rules", { ...rule, name: "other", channels: ["nowhere"] })).status).toBe(404);
    expect((await ask(acme, "POST", "/tenants/acme/alert-rules", { ...rule, name: "disk", kind: "disk_low" })).status).toBe(400);
    expect((await ask(acme, "POST", "/tenants/acme/alert-rules", { ...rule, name: "crash", kind: "crash_loop" })).status).toBe(400);
    expect((await ask(acme, "POST", "/tenants/acme/alert-rules", { ...rule, name: "words", text: "boom" })).status).toBe(400);
    expect((await ask(rig.adminToken, "POST", "/alert-rules", { name: "disk", kind: "disk_low", threshold: 1000 })).status).toBe(201);
    expect((await ask(acme, "GET", "/tenants/acme/alert-rules")).body.map((r: { name: string }) => r.name)).toEqual(["sick"]);
    expect((await ask(rig.adminToken, "GET", "/alert-rules")).body).toMatchObject([{ name: "disk", tenant: null }]);
    expect((await ask(acme, "DELETE", "/tenants/acme/alert-rules/sick")).status).toBe(204);
  });

  it("a rule is changed in its place, and stays the same rule", async () => {
    const path = "/tenants/acme/alert-rules/hot";
    const { body: added } = await ask(acme, "POST", "/tenants/acme/alert-rules", { name: "hot", kind: "cpu", threshold: 80, pod: "web" });
    const changed = await ask(acme, "PUT", path, { threshold: 70, forSeconds: 120 });
    expect(changed).toMatchObject({ status: 200, body: { ...added, threshold: 70, forSeconds: 120, pod: null } });
    expect((await ask(acme, "GET", "/tenants/acme/alert-rules")).body).toEqual([changed.body]);
    expect((await ask(acme, "PUT", path, { channels: ["nowhere"] })).status).toBe(404);
    expect((await ask(acme, "PUT", path, { kind: "memory" })).status).toBe(400);
    expect((await ask(acme, "PUT", "/tenants/acme/alert-rules/none", {})).status).toBe(404);
    expect((await ask(bolts, "PUT", path, {})).status).toBe(404);
    expect((await ask(acme, "GET", "/tenants/acme/alert-rules")).body).toEqual([changed.body]);
    expect((await ask(rig.adminToken, "GET", "/audit?type=alert_rule.changed&result=ok")).body).toMatchObject([{ tenant: "acme" }]);
    expect((await ask(acme, "DELETE", path)).status).toBe(204);
  });

  it("P13 a rule about logs says text, level, lines and minutes", async () => {
    const rule = { name: "lost", kind: "log", text: "was lost", level: "error", threshold: 3, withinMinutes: 10 };
    const added = await ask(acme, "POST", "/tenants/acme/alert-rules", rule);
    expect(added).toMatchObject({ status: 201, body: rule });
    const changed = await ask(acme, "PUT", "/tenants/acme/alert-rules/lost", { level: "warn" });
    expect(changed).toMatchObject({ status: 200, body: { ...added.body, text: null, level: "warn", threshold: null, withinMinutes: 5 } });
    for (const wrong of [{ withinMinutes: 0 }, { level: "loud" }, { text: "" }])
      expect((await ask(acme, "PUT", "/tenants/acme/alert-rules/lost", wrong)).status).toBe(400);
    expect((await ask(acme, "DELETE", "/tenants/acme/alert-rules/lost")).status).toBe(204);
  });

  it("a viewer looks and does not touch; another tenant sees and reaches nothing", async () => {
    await ask(acme, "POST", "/tenants/acme/alert-channels", { name: "mine", kind: "slack", config: { url } });
    const viewer = await rig.token("acme", roles.viewer);
    expect((await ask(viewer, "GET", "/tenants/acme/alert-channels")).body).toHaveLength(1);
    expect((await ask(viewer, "POST", "/tenants/acme/alert-channels/mine/test")).status).toBe(403);
    expect((await ask(bolts, "POST", "/tenants/acme/alert-channels/mine/test")).status).toBe(404);
    expect((await ask(bolts, "GET", "/tenants/bolts/alert-channels")).body).toEqual([]);
    expect((await ask(acme, "GET", "/alert-channels")).status).toBe(403);
    expect(got).toEqual([]);
  });

  it("what is the matter is shown to its tenant, and what channels were told", async () => {
    await rig.deps.database.asSystem(async (s) => {
      const tenant = await s.tenants.get("acme");
      const channel = await s.alertChannels.get("acme", "mine");
      const at = "2026-01-01T00:00:00.000Z";
      const alert = {
        id: crypto.randomUUID(),
        ruleId: null,
        rule: "crash_loop",
        kind: "crash_loop" as const,
        tenantId: tenant.id,
        tenant: "acme",
        subject: "x",
        subjectName: "acme/web",
        state: "firing" as const,
        since: at,
        firedAt: at,
        resolvedAt: null,
        quietSince: null,
        message: "bad",
      };
      await s.alerts.save([{ alert, is: "new", tell: "firing" }]);
      const { rule, kind, message } = alert;
      await s.alerts.queue(
        alert,
        [channel.id],
        { phase: "firing", kind, rule, tenant: "acme", subject: "acme/web", message, since: at, at },
        new Date(at),
      );
    });
    expect((await ask(acme, "GET", "/alerts?open=true")).body).toMatchObject([{ subjectName: "acme/web", state: "firing" }]);
    expect((await ask(acme, "GET", "/alert-deliveries")).body).toMatchObject([
      { channel: "mine", state: "queued", subject: "acme/web", phase: "firing" },
    ]);
    for (const path of ["/alerts", "/alert-deliveries"]) expect((await ask(bolts, "GET", path)).body).toEqual([]);
  });
});
