import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PodLogLine } from "@agentpod/core/api/pod-view";
import type { MemoryProgram, MemoryUnit } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { gatherFacts } from "../src/alerts/gather-facts.ts";
import { type LogKeeper, startLogKeeper } from "../src/logs/log-keeper.ts";
import { type ApiRig, apiRig, request, webSpec } from "./api-rig.ts";

const units: MemoryUnit[] = [];
const program: MemoryProgram = (unit) => {
  units.push(unit);
  unit.print("stdout", `run ${units.length}\n`);
  return { term: () => unit.exit(0) };
};
const secret = "topsecret-value/1";
const patient = { timeout: 20_000 };

let rig: ApiRig;
/** The one of the pod `web` that runs. */
let web: MemoryUnit;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"), { program });
  await rig.admin.tenants.create({ name: "acme" });
});
afterAll(() => rig.close());

async function read(pod: string, query: Parameters<ApiRig["admin"]["pods"]["logs"]>[2] = {}): Promise<PodLogLine[]> {
  const lines: PodLogLine[] = [];
  for await (const line of rig.admin.pods.logs("acme", pod, query)) lines.push(line);
  return lines;
}
const texts = async (...args: Parameters<typeof read>) => (await read(...args)).map(({ text }) => text);
async function runs(name: string, after = 0): Promise<MemoryUnit> {
  await expect.poll(async () => units.length > after && (await rig.admin.pods.get("acme", name)).units[0]?.state, patient).toBe("running");
  return units.at(-1) as MemoryUnit;
}
const folders = () => readdirSync(rig.logFolder);

describe("P13 what pods have said is kept", () => {
  it("beyond the end of the instance that said it, without the values of secrets", async () => {
    const { id } = await rig.admin.pods.create("acme", {
      name: "web",
      spec: webSpec({ KEY: "{{ secrets.key }}", GREETING: "one" }),
      inputs: { key: secret },
    });
    const first = await runs("web");
    first.print("stdout", `my key is ${secret}, in a URL ${encodeURIComponent(secret)}\n`);
    first.print("stderr", "last words of the first\n");
    const before = units.length;
    await rig.admin.pods.update("acme", "web", { spec: webSpec({ KEY: "{{ secrets.key }}", GREETING: "two" }) });
    web = await runs("web", before);
    // Both ran for a while: whose lines come first is open, their own order is not.
    const own = async () => (await texts("web")).filter((text) => text !== `run ${before + 1}`);
    await expect.poll(own, patient).toEqual([`run ${before}`, "my key is [secret key], in a URL [secret key]", "last words of the first"]);
    expect(await texts("web")).toHaveLength(4);
    expect(folders()).toContain(id);
  });

  it("and is searched, and counted", async () => {
    for (let i = 0; i < 7; i++) web.print("stderr", `ERROR order ${i} was lost\n`);
    web.print("stdout", "WARN slow\n");
    expect(await texts("web", { search: "ORDER 3" })).toEqual(["ERROR order 3 was lost"]);
    expect(await texts("web", { level: "warn", tail: 2 })).toEqual(["ERROR order 6 was lost", "WARN slow"]);
    const summary = await rig.admin.pods.logSummary("acme", "web");
    expect(summary.total).toMatchObject({ error: 7, warn: 1 });
    expect(summary.patterns[0]).toMatchObject({ pattern: "ERROR order <n> was lost", level: "error", count: 7 });
    expect((await rig.admin.pods.logSummary("acme", "web", new Date(Date.now() + 7_200_000).toISOString())).hours).toEqual([]);
    for (const [query, path] of [
      ["level=loud", "level"],
      ["tail=-1", "tail"],
      ["search=", "search"],
    ])
      expect(await request(rig, rig.adminToken, "GET", `/tenants/acme/pods/web/logs?${query}`)).toMatchObject({
        status: 400,
        body: { error: { issues: [{ path }] } },
      });
  });

  it("is not shown to another tenant, nor to who may not read logs", async () => {
    await rig.admin.tenants.create({ name: "bolts" });
    const stranger = await rig.token("bolts", ["pod.read", "pod.logs"]);
    const looker = await rig.token("acme", ["pod.read"]);
    for (const path of ["", "/summary"]) {
      expect((await request(rig, stranger, "GET", `/tenants/acme/pods/web/logs${path}`)).status).toBe(404);
      expect((await request(rig, looker, "GET", `/tenants/acme/pods/web/logs${path}`)).status).toBe(403);
    }
  });

  it("goes with its pod, and who follows it learns that it is over", async () => {
    const { id } = await rig.admin.pods.create("acme", { name: "brief", spec: webSpec() });
    const unit = await runs("brief", units.length - 1);
    const seen: string[] = [];
    for await (const line of rig.admin.pods.logs("acme", "brief", { follow: true })) {
      seen.push(line.text);
      if (seen.length === 1) unit.print("stdout", "goodbye\n");
      if (line.text === "goodbye") await rig.admin.pods.delete("acme", "brief", false);
    }
    expect(seen.at(-1)).toBe("goodbye");
    await expect.poll(folders, patient).not.toContain(id);
  });
});

describe("P13 P11 another control plane, and rules", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentpod-other-logs-"));
  let keeper: LogKeeper;
  beforeAll(async () => {
    const { database, runtime, clock, log } = rig.deps;
    const feed = { subscribe: () => () => undefined };
    keeper = startLogKeeper({ folder, capBytes: 100_000, archive: join(folder, "archive"), database, runtime, feed, clock, log });
    await keeper.sweep();
  });
  afterAll(async () => {
    await keeper.stop();
    rmSync(folder, { recursive: true });
  });

  it("finds what was said before it came, counts it, and counts on", async () => {
    const owner = { tenantId: null, name: "lost", kind: "log" as const, pod: null, threshold: 8, forSeconds: 0, channels: [] };
    const rule = await rig.deps.database.asSystem((store) =>
      store.alertRules.insert({ ...owner, text: "was lost", level: "error", withinMinutes: 10 }),
    );
    const sources = { ...rig.deps, gateway: rig.deps.gateway, logs: keeper };
    const pod = await rig.admin.pods.get("acme", "web");
    const matches = async () => (await gatherFacts(sources)).logMatches.find(({ podId }) => podId === pod.id);
    await expect.poll(matches, patient).toEqual({ ruleId: rule.id, podId: pod.id, count: 7, sample: "ERROR order 0 was lost" });
    web.print("stderr", "FATAL the last one was lost\n");
    await expect.poll(matches, patient).toMatchObject({ count: 8 });
    await rig.deps.database.asSystem((store) => store.alertRules.delete(rule.id));
    expect((await gatherFacts(sources)).logMatches).toEqual([]);
  });

  it("keeps no log of a pod that it does not know to be gone, and archives that of one that is", async () => {
    const unknown = randomUUID();
    const other = startLogKeeper({
      folder: join(folder, "second"),
      capBytes: 100_000,
      archive: join(folder, "archive"),
      database: rig.deps.database,
      runtime: rig.deps.runtime,
      feed: { subscribe: () => () => undefined },
      clock: rig.deps.clock,
      log: rig.deps.log,
    });
    await other.sweep();
    const pod = await rig.admin.pods.get("acme", "web");
    mkdirSync(join(folder, "second", unknown));
    await rig.admin.pods.delete("acme", "web", false);
    await expect.poll(async () => (await rig.admin.pods.list("acme")).map(({ name }) => name), patient).toEqual([]);
    await other.sweep();
    expect(readdirSync(join(folder, "second"))).toEqual([unknown]);
    expect(existsSync(join(folder, "second", pod.id))).toBe(false);
    expect(readdirSync(join(folder, "archive", "acme"))).toEqual([`web-${pod.id.slice(0, 8)}`]);
    await other.stop();
  });
});
