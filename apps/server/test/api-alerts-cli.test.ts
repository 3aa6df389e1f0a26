import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";
import { type Ran, runAgentpod } from "./run-agentpod.ts";

const secret = "a-secret-of-the-receiver";

let rig: ApiRig;
let folder: string;
let receiver: Server;
let url: string;
const taken: { type: string }[] = [];
let status = 200;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  folder = await mkdtemp(join(tmpdir(), "agentpod-alerts-cli-"));
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.pods.create("acme", { name: "web", spec: webSpec() });
  receiver = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    taken.push(JSON.parse(body));
    outgoing.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/hidden-path`;
});
afterAll(async () => {
  receiver.close();
  await rig.close();
  await rm(folder, { recursive: true });
});

function agentpod(args: string[], input = ""): Promise<Ran> {
  const env = { AGENTPOD_HOME: join(folder, "home"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken };
  return runAgentpod(args, { env, input, cwd: folder });
}
const json = async (...args: string[]) => JSON.parse((await agentpod([...args, "-o", "json"])).stdout);

describe("P11 alerts by command", () => {
  const ofAcme = ["--tenant", "acme"];

  it("a channel is added with what it keeps to itself from a file, tested, and listed", async () => {
    expect(await agentpod(["alert", "channel-list", ...ofAcme])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/nobody is told/),
    });
    const config = JSON.stringify({ url, secret });
    const added = await agentpod(["alert", "channel-add", "ops", "--kind", "webhook", "--config", "-", ...ofAcme], config);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/Alerts go to 127\.0\.0\.1:\d+ \(webhook\)/) });
    expect(await agentpod(["alert", "channel-test", "ops", ...ofAcme])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/took the test notice/),
    });
    expect(taken).toMatchObject([{ type: "agentpod.alert.test", tenant: "acme" }]);
    const listed = await agentpod(["alert", "channel-list", ...ofAcme]);
    expect(listed.stdout).toMatch(/ops +acme +webhook +127\.0\.0\.1:\d+ +en/);
    expect(added.stdout + listed.stdout).not.toMatch(/hidden-path|a-secret-of/);
  });

  it("what a channel answers is an exit code and a sentence; a form that is wrong says where", async () => {
    status = 500;
    expect(await agentpod(["alert", "channel-test", "ops", ...ofAcme])).toMatchObject({
      code: 8,
      stderr: expect.stringMatching(/did not take the notice.*500/),
    });
    status = 200;
    const short = JSON.stringify({ url, secret: "short" });
    const refused = await agentpod(["alert", "channel-add", "other", "--kind", "webhook", "--config", "-", ...ofAcme], short);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/config\.secret/) });
    expect(await agentpod(["alert", "channel-test", "nowhere"])).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/no alert channel nowhere/),
    });
  });

  it("rules are added, changed where it is said, listed and removed", async () => {
    const words = ["alert", "rule-add", "hot", "--kind", "cpu", "--threshold", "80", "--minutes", "5", "--pod", "web", ...ofAcme];
    expect(await agentpod(words)).toMatchObject({ code: 0, stdout: "Rule hot tells all channels.\n" });
    expect(await agentpod(words)).toMatchObject({ code: 6, stderr: expect.stringMatching(/already exists/) });
    expect((await agentpod(["alert", "rule-list", ...ofAcme])).stdout).toMatch(/hot +acme +cpu +web +80 +300s +all/);
    const set = await agentpod(["alert", "rule-set", "hot", "--threshold", "60", "--channel", "ops", ...ofAcme]);
    expect(set).toMatchObject({ code: 0, stdout: "Rule hot is changed; it tells ops.\n" });
    expect(await json("alert", "rule-list", ...ofAcme)).toMatchObject([{ threshold: 60, forSeconds: 300, pod: "web", channels: ["ops"] }]);
    await agentpod(["alert", "rule-set", "hot", "--pod", "", "--channel", "", "--minutes", "0", ...ofAcme]);
    expect(await json("alert", "rule-list", ...ofAcme)).toMatchObject([{ threshold: 60, forSeconds: 0, pod: null, channels: [] }]);
    expect(await agentpod(["alert", "rule-set", "none", "--minutes", "1", ...ofAcme])).toMatchObject({ code: 5 });
    expect(await agentpod(["alert", "rule-remove", "hot", ...ofAcme])).toMatchObject({ code: 2, stderr: expect.stringMatching(/--yes/) });
    expect(await agentpod(["alert", "rule-remove", "hot", "--yes", ...ofAcme])).toMatchObject({ code: 0 });
    expect(await agentpod(["alert", "rule-list", ...ofAcme])).toMatchObject({
      stdout: "",
      stderr: expect.stringMatching(/three failures in a row/),
    });
    const owned = await agentpod(["alert", "rule-add", "disk", "--kind", "disk_low", ...ofAcme]);
    expect(owned).toMatchObject({ code: 2, stderr: expect.stringMatching(/installation's, not a tenant's/) });
  });

  it("what is and was the matter is listed, with what channels were told", async () => {
    expect(await agentpod(["alert", "list"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/Nothing is the matter/),
    });
    expect(await agentpod(["alert", "deliveries"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/Nothing was told/),
    });
    await haveAlert();
    expect((await agentpod(["alert", "list", ...ofAcme])).stdout).toMatch(/firing +crash_loop +acme\/web .* it failed again/);
    expect((await agentpod(["alert", "deliveries"])).stdout).toMatch(/ops +firing +acme\/web +queued +0/);
    expect(await json("alert", "list", "--all")).toMatchObject([{ state: "firing", tenant: "acme" }]);
    expect(await agentpod(["alert", "channel-remove", "ops", "--yes", ...ofAcme])).toMatchObject({ code: 0 });
    expect(await json("alert", "deliveries")).toEqual([]);
  });

  async function haveAlert(): Promise<void> {
    const at = new Date().toISOString();
    const told = {
      rule: "crash_loop",
      kind: "crash_loop" as const,
      tenant: "acme",
      subject: "acme/web",
      message: "it failed again",
      since: at,
    };
    await rig.deps.database.asSystem(async (store) => {
      const { id: tenantId } = await store.tenants.get("acme");
      const channel = await store.alertChannels.get("acme", "ops");
      const open = { state: "firing" as const, firedAt: at, resolvedAt: null, quietSince: null, subjectName: "acme/web", tenantId };
      const alert = { ...told, ...open, id: crypto.randomUUID(), ruleId: null };
      await store.alerts.save([{ alert, is: "new", tell: "firing" }]);
      await store.alerts.queue(alert, [channel.id], { ...told, phase: "firing", at }, new Date());
    });
  }
});

describe("P12 metrics by command", () => {
  const values = {
    cpuCores: 0.25,
    cpuCoresMax: 0.25,
    memoryBytes: 64 * 2 ** 20,
    memoryBytesMax: 64 * 2 ** 20,
    memoryLimitBytes: null,
    networkInBytes: 2048,
    networkOutBytes: null,
    diskReadBytes: null,
    diskWriteBytes: null,
    diskUsedBytes: null,
    diskTotalBytes: null,
    connections: null,
  };

  it("say that nothing was measured, then show pods, the machine and AgentPod itself", async () => {
    expect(await agentpod(["metric", "show", "acme/web"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/Nothing was measured of acme\/web/),
    });
    const { id } = await rig.admin.pods.get("acme", "web");
    await rig.deps.database.asSystem(async (store) => {
      const { id: tenantId } = await store.tenants.get("acme");
      const samples = [
        { subject: id, tenantId, values },
        ...["machine", "agentpod"].map((subject) => ({ subject, tenantId: null, values })),
      ];
      await store.metrics.write(samples, rig.deps.clock());
    });
    expect((await agentpod(["metric", "show", "acme/web"])).stdout).toMatch(/T\S+Z +0\.250 +64\S* ?MB +2\.0 kB\/s +- +- +-/);
    expect((await agentpod(["metric", "show"])).stdout).toMatch(/machine[\s\S]*agentpod/);
    expect(await json("metric", "show", "acme/web", "--range", "1h")).toMatchObject({
      range: "1h",
      stepSeconds: 15,
      points: [{ cpuCores: 0.25 }],
    });
    expect(await json("metric", "show", "acme/web", "--range", "30d")).toMatchObject({ stepSeconds: 3600, points: [] });
    expect((await agentpod(["metric", "prometheus"])).stdout).toMatch(/^# HELP [\s\S]*pod="web"/);
    expect(await agentpod(["metric", "show", "acme/none"])).toMatchObject({ code: 5 });
    expect(await agentpod(["metric", "show", "--range", "1y"])).toMatchObject({ code: 2 });
  });
});
