import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { AuditVerification } from "@agentpod/core/api/audit-view";
import type { NewEvent } from "@agentpod/core/event";
import { roles } from "@agentpod/core/permission";
import { type ScratchDatabase, scratchDatabase } from "@agentpod/db/testing/scratch-database";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { type AuditTrail, auditTrail } from "../src/audit/audit-trail.ts";
import { startSealer } from "../src/audit/sealer.ts";
import { outboundGuard } from "../src/outbound/outbound-guard.ts";
import type { Sweeps } from "../src/start-sweeps.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";

const event = (message: string, more: Partial<NewEvent> = {}) => ({
  type: "pod.created",
  tenantId: null,
  tenant: null,
  pod: null,
  podId: null,
  actor: "system",
  source: null,
  result: "ok" as const,
  message,
  data: {},
  ...more,
});
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe("P10 sealing, exported heads and archives", () => {
  let scratch: ScratchDatabase;
  let owner: pg.Client;
  let folder: string;
  let now: Date;
  let trail: AuditTrail;
  let sealer: Sweeps;
  let target: Server;
  let told: { seq: number; hash: string; installation: string }[];
  let answer: number;

  const start = () =>
    startSealer({
      database: scratch.database,
      feed: { subscribe: () => () => undefined },
      heads: trail.heads,
      archive: trail.archive,
      guard: outboundGuard({ allow: ["127.0.0.1"], resolve: async () => [] }),
      installation: "here",
      clock: () => now,
      log: quiet,
    });
  const append = (message: string) => scratch.database.asSystem((s) => s.events.append(event(message)));
  /** Old from the first: a sealer looks by itself at any moment, and what is changed after that is tampered with. */
  async function appendOld(messages: string[]): Promise<void> {
    await owner.query("alter table agentpod.events alter column at set default now() - interval '40 days'");
    for (const message of messages) await append(message);
    await owner.query("alter table agentpod.events alter column at set default clock_timestamp()");
  }
  const settings = (change: object) => scratch.database.asSystem((s) => s.settings.set("audit", change, "test"));
  const seq = async () => (await scratch.database.asSystem((s) => s.audit.head()))?.seq ?? 0;
  /** Other databases' transactions may bound what is visible for a moment. */
  async function sealed(count: number): Promise<void> {
    while ((await seq()) < count) await sealer.sweep();
    await sealer.sweep();
  }
  const url = () => `http://127.0.0.1:${(target.address() as AddressInfo).port}/heads`;

  beforeEach(async () => {
    scratch = await scratchDatabase(inject("serverUrl"));
    owner = new pg.Client({ connectionString: scratch.ownerUrl });
    await owner.connect();
    await owner.query(
      "alter table agentpod.events no force row level security; alter table agentpod.event_seals no force row level security",
    );
    folder = await mkdtemp(join(tmpdir(), "agentpod-audit-"));
    now = new Date();
    trail = auditTrail({ database: scratch.database, folder, installation: "here", clock: () => now });
    told = [];
    answer = 204;
    target = createServer(async (incoming, outgoing) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      if (answer < 300) told.push(JSON.parse(body));
      outgoing.writeHead(answer).end();
    }).listen(0, "127.0.0.1");
    await once(target, "listening");
    sealer = start();
  });
  afterEach(async () => {
    await sealer.stop();
    target.close();
    await owner.end();
    await scratch.drop();
    await rm(folder, { recursive: true });
  });

  it("a head goes to a file of the owner's alone at once, then hourly or after so many events; what is rewritten after it is found", async () => {
    await settings({ headEvery: 3 });
    await append("one");
    await sealed(1);
    const path = join(folder, "heads.jsonl");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await append("two");
    await sealed(2);
    expect((await trail.heads.read()).map((h) => h.seq)).toEqual([1]);
    for (const message of ["three", "four"]) await append(message);
    await sealed(4);
    expect((await trail.heads.read()).map((h) => h.seq)).toEqual([1, 4]);
    now = new Date(now.getTime() + 3_600_000);
    await append("five");
    await sealed(5);
    expect((await trail.heads.read()).map((h) => h.seq)).toEqual([1, 4, 5]);
    expect(await trail.verify()).toMatchObject({ intact: true, events: 5, heads: 3, broken: null });

    // Somebody with the owner's password takes an event out and seals all anew.
    await owner.query("delete from agentpod.event_seals; delete from agentpod.events where message = 'two'");
    await sealed(4);
    expect(await trail.verify()).toMatchObject({ intact: false, broken: { kind: "rewritten", seq: 4 } });
    await writeFile(path, "");
    expect(await trail.verify()).toMatchObject({ intact: true });
  });

  it("an end that was cut off is found by the head, and a line cut off by a crash harms nothing", async () => {
    await settings({ headEvery: 1 });
    for (const message of ["one", "two"]) await append(message);
    await sealed(2);
    await writeFile(join(folder, "heads.jsonl"), `\n{"seq":99,"ha`, { flag: "a" });
    await append("three");
    await sealed(3);
    expect((await trail.heads.read()).at(-1)?.seq).toBe(3);
    await owner.query(
      "with gone as (delete from agentpod.event_seals where seq > 1 returning event_id) delete from agentpod.events where id in (select event_id from gone)",
    );
    expect(await trail.verify()).toMatchObject({ intact: false, broken: { kind: "removed", seq: 2 } });
  });

  it("the head is told to a webhook too, which may have been away", async () => {
    await settings({ headEvery: 1, headWebhook: url() });
    answer = 503;
    await append("one");
    await sealed(1).catch(() => undefined);
    expect(told).toEqual([]);
    answer = 204;
    now = new Date(now.getTime() + 61_000);
    await sealer.sweep();
    expect(told).toMatchObject([{ type: "agentpod.audit.head", seq: 1, installation: "here", hash: (await trail.heads.read())[0]?.hash }]);
    await sealer.sweep();
    expect(told).toHaveLength(1);
  });

  it("old events are archived by the setting, into files that are verified with the rest", async () => {
    await appendOld(["one", "two"]);
    await append("three");
    await sealed(3);
    await settings({ archiveAfterDays: 30 });
    now = new Date(now.getTime() + 86_400_000);
    await sealer.sweep();
    const files = await readdir(join(folder, "archive"));
    expect(files).toEqual([expect.stringMatching(/^events-1-2-[0-9a-f]{8}\.jsonl\.gz$/)]);
    const file = join(folder, "archive", files[0] ?? "");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const lines = gunzipSync(await readFile(file))
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { seq: 1, event: { message: "one" } },
      { seq: 2, event: { message: "two" } },
    ]);
    expect(await trail.verify()).toMatchObject({ intact: true, events: 3, archives: 1, missingArchives: [] });
    expect((await scratch.database.asSystem((s) => s.events.latest({}, 10))).map((e) => e.message)).toEqual(["three"]);

    const good = await readFile(file);
    await writeFile(file, gzipSync(gunzipSync(good).toString().replace('"two"', '"2wo"')));
    expect(await trail.verify()).toMatchObject({ intact: false, broken: { kind: "archive", seq: 2 } });
    await writeFile(file, gzipSync(gunzipSync(good).toString().split("\n")[0] ?? ""));
    expect(await trail.verify()).toMatchObject({ intact: false, broken: { kind: "archive" } });
    await writeFile(file, good.subarray(0, 40));
    expect(await trail.verify()).toMatchObject({ intact: false, broken: { kind: "archive" } });
    await rm(file);
    expect(await trail.verify()).toMatchObject({ intact: true, events: 1, missingArchives: files });
  });

  it("what was tampered with is not archived away, and leaves no file", async () => {
    await appendOld(["one", "two"]);
    await append("three");
    await sealed(3);
    await owner.query("update agentpod.events set actor = 'nobody' where message = 'one'");
    await expect(trail.archive(30)).rejects.toMatchObject({ code: "conflict" });
    expect(await readdir(join(folder, "archive"))).toEqual([]);
    expect(await trail.verify()).toMatchObject({ broken: { kind: "edited", seq: 1 } });
  });

  it("two control planes on one database seal each event once, and archive it once", async () => {
    const other = start();
    await appendOld(Array.from({ length: 29 }, (_, i) => `event ${i}`));
    await append("event 29");
    while ((await seq()) < 30) await Promise.all([sealer.sweep(), other.sweep()]);
    await other.stop();
    expect(await trail.verify()).toMatchObject({ intact: true, events: 30 });
    const elsewhere = await mkdtemp(join(tmpdir(), "agentpod-audit-"));
    const second = auditTrail({ database: scratch.database, folder: elsewhere, installation: "here", clock: () => now });
    const outcomes = await Promise.allSettled([trail.archive(30), second.archive(30), trail.archive(30)]);
    const events = outcomes.map((o) => (o.status === "fulfilled" ? o.value.events : o.reason.code));
    expect(events.filter((count) => count === 29)).toHaveLength(1);
    expect(events.filter((count) => count !== 29 && count !== 0 && count !== "conflict")).toEqual([]);
    expect(await trail.verify()).toMatchObject({ intact: true });
    const files = await Promise.all([folder, elsewhere].map((at) => readdir(join(at, "archive"))));
    expect(files.flat()).toEqual((await scratch.database.asSystem((s) => s.audit.archives())).map((archive) => archive.file));
    await rm(elsewhere, { recursive: true });
  });
});

describe("P10 the API of the audit trail", () => {
  let rig: ApiRig;
  let acme: string;
  let bolts: string;
  beforeAll(async () => {
    rig = await apiRig(inject("serverUrl"));
    for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
    acme = await rig.token("acme", roles.viewer);
    bolts = await rig.token("bolts", roles.viewer);
    await rig.deps.database.asSystem(async (store) => {
      const { id: tenantId } = await store.tenants.get("acme");
      const hostile = { tenantId, tenant: "acme", pod: "web", actor: "token:evil", source: "192.0.2.9", result: "refused" as const };
      await store.events.append({ ...event('=HYPERLINK("http://evil")', { type: "pod.hostile" }), ...hostile });
      await store.events.append({ ...event('two\r\nlines, and "quotes"', { type: "pod.hostile" }), ...hostile });
    });
  });
  afterAll(() => rig.close());

  const ask = (token: string, path: string) => request(rig, token, "GET", path);

  it("shows who did what, when, from where and what came of it, by page and filter", async () => {
    const all = (await ask(rig.adminToken, "/audit?type=tenant.*")).body;
    expect(all).toMatchObject([
      { type: "tenant.created", tenant: "bolts", result: "ok", actor: expect.stringMatching(/^token:/), source: expect.any(String) },
      { type: "tenant.created", tenant: "acme" },
    ]);
    expect((await ask(rig.adminToken, `/audit?type=tenant.*&limit=1&before=${all[0].cursor}`)).body).toEqual([all[1]]);
    expect((await ask(acme, "/audit?actor=token:evil&result=refused&source=192.0.2.9&pod=web")).body).toHaveLength(2);
    expect((await ask(acme, "/audit?text=QUOTES")).body).toHaveLength(1);
    expect((await ask(acme, "/audit?to=2020-01-01T00:00:00Z")).body).toEqual([]);
    for (const wrong of ["before=yesterday", "from=yesterday", "result=maybe", "limit=0", "unknown=1"])
      expect((await ask(acme, `/audit?${wrong}`)).status).toBe(400);
  });

  it("a tenant's trail is its own, in lists and exports", async () => {
    expect((await ask(bolts, "/audit?actor=token:evil")).body).toEqual([]);
    expect((await ask(bolts, "/audit/export?format=csv")).text).not.toMatch(/evil|acme/);
    expect((await ask(bolts, "/audit?tenant=acme")).status).toBe(404);
  });

  it("exports CSV that no spreadsheet runs, and JSON lines that say all", async () => {
    const exported = () =>
      fetch(`${rig.url}/api/v1/audit/export?format=csv&type=pod.hostile`, { headers: { authorization: `Bearer ${acme}` } });
    const csv = await exported();
    expect(csv.headers.get("content-disposition")).toContain("agentpod-audit.csv");
    // What is newer than a transaction that is still open, anywhere in the cluster, is of a later export.
    const text = await vi.waitFor(async () => {
      const found = await (await exported()).text();
      expect(found).toContain(`"two\r\nlines, and ""quotes"""`);
      return found;
    }, 60_000);
    expect(text).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(text.split("\r\n")[0]).toBe('"at","type","tenant","pod","actor","source","result","message","data","cursor"');
    const lines = (await ask(acme, "/audit/export?type=pod.hostile")).text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual((await ask(acme, "/audit?type=pod.hostile")).body.reverse());
  });

  it("verifies, and writes down that it was done; settings are checked and kept", async () => {
    const found: AuditVerification = (await request(rig, rig.adminToken, "POST", "/audit/verify")).body;
    expect(found).toMatchObject({ intact: true, broken: null });
    expect((await ask(rig.adminToken, "/audit?type=audit.verified")).body).toHaveLength(1);
    const put = (body: object) => request(rig, rig.adminToken, "PUT", "/audit/settings", body);
    const settings = { archiveAfterDays: 90, headWebhook: "https://witness.example/heads?key=s3cret", headEvery: 500 };
    expect((await put(settings)).body).toEqual(settings);
    expect((await ask(rig.adminToken, "/audit/status")).body).toMatchObject({ settings, archives: [] });
    expect((await ask(rig.adminToken, "/audit?type=audit.settings_changed")).text).not.toContain("s3cret");
    for (const wrong of [{ archiveAfterDays: 1 }, { headWebhook: "file:///etc/passwd" }, { headEvery: 0 }])
      expect((await put({ ...settings, ...wrong })).status).toBe(400);
    expect((await request(rig, rig.adminToken, "POST", "/audit/archive", { olderThanDays: 90 })).body).toEqual({ events: 0, archives: [] });
  });
});
