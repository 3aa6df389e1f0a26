import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DumpScheduleView, DumpView } from "@agentpod/core/api/dump-view";
import { openWorkflowDatabase } from "@agentpod/db/open-workflow-database";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { dumpWorkflows } from "../src/databases/dump-workflows.ts";
import { eventFeed } from "../src/routes/event-feed.ts";
import { sweepBackups } from "../src/volume-backups/backup-sweep.ts";
import { type OperationRunner, startOperationRunner } from "../src/workflows/operation-runner.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";
import { type ClientPostgres, clientPostgresBin, startClientPostgres } from "./client-postgres.ts";
import { playedPostgres } from "./played-postgres.ts";
import { runAgentpod } from "./run-agentpod.ts";

const wait = { timeout: 90_000, interval: 50 };
let server: ClientPostgres;
let rig: ApiRig;
let runner: OperationRunner;
let feed: ReturnType<typeof eventFeed>;
let folder: string;
/** Where programs are looked for; undefined: where they are. */
let path: string | undefined;
let ahead = 0;
const clock = (): Date => new Date(Date.now() + ahead);

const postgresUnit = (name: string) => ({
  name,
  image: "postgres:18",
  env: { POSTGRES_USER: "app", POSTGRES_DB: "shop", POSTGRES_PASSWORD: "{{ secrets.password }}" },
  ports: [{ name: "postgres", container: 5432 }],
});
const query = <T>(sql: string): Promise<T[]> => server.query<T>(sql, "shop");
const names = async () => (await query<{ name: string }>("select name from customers order by 1")).map(({ name }) => name);
const beside = () => query("select datname from pg_database where datname like 'agentpod%'");
const call = (method: string, at: string, body?: unknown) => request(rig, rig.adminToken, method, `/tenants/acme${at}`, body);
const dumps = async (): Promise<DumpView[]> => (await call("GET", "/dumps?pod=shop")).body;
const get = async (id: string): Promise<DumpView> => (await call("GET", `/dumps/${id}`)).body;
const schedule = async (): Promise<DumpScheduleView> => (await call("GET", "/pods/shop/databases/db/dump-schedule")).body;
const files = async () => (await readdir(join(rig.volumes.home.backups, "pods", "acme", "shop")).catch(() => [])).sort();
const events = async () =>
  (await rig.admin.events.list({ tenant: "acme", pod: "shop", limit: 100 })).map(({ type, result }) => `${type} ${result}`);
const sweep = () => sweepBackups({ ...rig.volumes, clock });
const endOf = (id: string) =>
  vi.waitFor(async () => {
    const found = await rig.deps.database.asSystem((store) => store.operations.get(id));
    if (found.endedAt === null) throw new Error(`${found.state}: ${found.message}`);
    return found;
  }, wait);
const ended = async (at: string, body: object = {}) => {
  const asked = await call("POST", at, body);
  expect([asked.status, asked.text]).toEqual([202, expect.any(String)]);
  return { ...(await endOf(asked.body.operation)), dump: asked.body.dump as string };
};
const made = async (body: object = {}): Promise<string> => {
  const { state, message, dump } = await ended("/pods/shop/databases/db/dumps", body);
  expect([state, message]).toEqual(["succeeded", expect.any(String)]);
  return dump;
};

describe.skipIf(clientPostgresBin === undefined)("A16 C8 P14 kept dumps of a database", { timeout: 300_000 }, () => {
  beforeAll(async () => {
    server = await startClientPostgres(clientPostgresBin ?? "", "shop");
    folder = mkdtempSync(join(tmpdir(), "agentpod-kept-dumps-"));
    rig = await apiRig(inject("serverUrl"), {
      program: playedPostgres(
        () => server,
        () => path,
      ),
    });
    const { database, log } = rig.deps;
    feed = eventFeed(database, log);
    runner = startOperationRunner({
      ...{
        workflows: [...dumpWorkflows({ ...rig.volumes, clock })],
        database,
        feed,
        owner: "dump-test",
        crash: () => undefined,
        clock,
        log,
      },
      workflowDatabase: openWorkflowDatabase(rig.ownerUrl, rig.masterKey),
    });
    await rig.admin.tenants.create({ name: "acme" });
    const redis = { name: "cache", image: "redis:7", env: { REDIS_PASSWORD: "x" }, ports: [{ name: "redis", container: 6379 }] };
    await rig.admin.pods.create("acme", {
      name: "shop",
      spec: { units: [postgresUnit("db"), redis] },
      inputs: { password: server.password },
    });
    await vi.waitFor(
      async () => expect((await rig.admin.pods.get("acme", "shop")).units.map(({ state }) => state)).toEqual(["running", "running"]),
      wait,
    );
    await query("create table customers (name text); insert into customers values ('anna'), ('bert')");
  }, 240_000);
  afterAll(async () => {
    await runner?.stop();
    feed?.close();
    await rig?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("are made by the command line, tried out before they count, encrypted, and put back by name", async () => {
    const env = { AGENTPOD_HOME: join(folder, "home"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken };
    const agentpod = (...args: string[]) => runAgentpod(args, { env, cwd: folder });
    const created = await agentpod("db", "dumps", "create", "acme/shop", "--unit", "db", "-o", "json");
    expect([created.code, created.stderr]).toEqual([0, expect.any(String)]);
    const dump: DumpView = JSON.parse(created.stdout);
    expect(dump).toMatchObject({
      state: "ready",
      unit: "db",
      content: { database: "shop", tables: 1, rows: 2 },
      check: { isPassed: true },
    });
    expect(dump.verifiedAt).not.toBeNull();
    const [file = ""] = await files();
    const kept = await readFile(join(rig.volumes.home.backups, "pods", "acme", "shop", file));
    expect([kept.includes("PGDMP"), kept.includes("anna"), kept.length]).toEqual([false, false, dump.bytes]);
    expect(await beside()).toEqual([]);
    await query("insert into customers values ('carl')");
    expect((await agentpod("db", "dumps", "restore", "acme/shop")).code).not.toBe(0);
    expect(await names()).toEqual(["anna", "bert", "carl"]);
    const restored = await agentpod("db", "dumps", "restore", "acme/shop", "--confirm", "acme/shop");
    expect([restored.code, restored.stderr]).toEqual([0, expect.any(String)]);
    expect(await names()).toEqual(["anna", "bert"]);
    expect(await beside()).toEqual([]);
    const verified = await agentpod("db", "dumps", "verify", "acme/shop");
    expect(verified.stdout).toMatch(
      /tried out .* passed in \d+ s: It was restored into a database of its own, and all 1 tables with 2 rows/,
    );
    expect((await agentpod("db", "dumps", "list", "acme")).stdout).toMatch(/shop +db +ready .*passed/);
    expect(await events()).toEqual(
      expect.arrayContaining(["pod.dump_asked ok", "pod.dump_made ok", "pod.dump_restored ok", "pod.dump_checked ok"]),
    );
    expect((await agentpod("pod", "backup", "list", "acme", "-o", "json")).stdout.trim()).toBe("[]");
    const deleted = await agentpod("db", "dumps", "delete", "acme/shop", dump.id.slice(0, 8), "--yes");
    expect([deleted.code, await dumps(), await files()]).toEqual([0, [], []]);
  });

  it("leave nothing where they fail, and say why: no programs, a target that is away", async () => {
    const bare = join(server.folder, "bare");
    mkdirSync(bare);
    symlinkSync("/bin/sh", join(bare, "sh"));
    path = bare;
    const lacking = await ended("/pods/shop/databases/db/dumps").finally(() => {
      path = undefined;
    });
    expect([lacking.state, lacking.message]).toEqual(["failed", expect.stringMatching(/there is no psql beside this database/)]);
    expect(await get(lacking.dump)).toMatchObject({ state: "failed", message: lacking.message });
    const away = join(folder, "away");
    mkdirSync(away);
    await rig.admin.podBackups.addTarget(null, { name: "disk", config: { kind: "folder", path: away } });
    await rename(away, `${away}-now`);
    const lost = await ended("/pods/shop/databases/db/dumps", { target: "disk" });
    await rename(`${away}-now`, away);
    expect([lost.state, lost.message]).toEqual(["failed", expect.stringMatching(/^The folder .* is not there/)]);
    expect([await files(), await beside()]).toEqual([[], []]);
    expect(await events()).toContain("pod.dump_failed failed");
    for (const [body, unit, status] of [
      [{}, "cache", 400],
      [{}, "absent", 404],
      [{ target: "none" }, "db", 404],
    ] as const)
      expect((await call("POST", `/pods/shop/databases/${unit}/dumps`, body)).status).toBe(status);
  });

  it("that were changed at their target are told of, count no more, and touch no data", async () => {
    const id = await made();
    const [file = ""] = await files();
    const at = join(rig.volumes.home.backups, "pods", "acme", "shop", file);
    const bytes = await readFile(at);
    bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1;
    await writeFile(at, bytes);
    const restored = await ended(`/dumps/${id}/restore`);
    expect([restored.state, restored.message]).toEqual(["failed", expect.stringMatching(/^The backup is damaged/)]);
    expect([await names(), await beside()]).toEqual([["anna", "bert"], []]);
    expect((await ended(`/dumps/${id}/verify`)).state).toBe("failed");
    expect(await get(id)).toMatchObject({ state: "failed", check: { isPassed: false, message: expect.stringMatching(/damaged/) } });
    expect((await call("POST", `/dumps/${id}/restore`, {})).status).toBe(409);
    expect((await call("DELETE", `/dumps/${id}`)).status).toBe(204);
    expect(await beside()).toEqual([]);
  });

  it("are made when due and so many kept; a failed one is told and tried again; a database at rest waits", async () => {
    const asked = await made();
    const keep = { last: 2, daily: 0, weekly: 0, monthly: 0 };
    const set = await call("PUT", "/pods/shop/databases/db/dump-schedule", { cron: "0 3 * * *", checkCron: "0 5 1 1 *", keep });
    expect([set.status, set.text]).toEqual([200, expect.any(String)]);
    expect((await call("PUT", "/pods/shop/databases/db/dump-schedule", { cron: "never" })).status).toBe(400);
    expect((await call("GET", "/backup-schedules")).body).toEqual([]);
    const pass = async (count: number): Promise<void> => {
      ahead = Date.parse((await schedule()).nextAt) - Date.now() + 1000;
      // Two control planes look at once.
      await Promise.all([sweep(), sweep()]);
      await expect.poll(async () => (await dumps()).filter(({ state }) => state !== "running").length, wait).toBe(count);
      await vi.waitFor(
        async () => expect((await rig.admin.operations.list({ tenant: "acme" })).filter((one) => one.endedAt === null)).toEqual([]),
        wait,
      );
    };
    const before = (await dumps()).length;
    for (const more of [1, 2, 3]) await pass(before + more);
    await sweep();
    const left = (await dumps()).filter(({ state }) => state === "ready");
    expect(left.map(({ trigger }) => trigger)).toEqual(["schedule", "schedule", "request"]);
    expect(left.at(-1)?.id).toBe(asked);
    expect(await files()).toHaveLength(3);
    const bare = join(server.folder, "bare");
    path = bare;
    await pass((await dumps()).length + 1).finally(() => {
      path = undefined;
    });
    expect((await schedule()).problem).toMatch(/^The dump of db of .* failed: .*there is no psql/);
    expect(Date.parse((await schedule()).nextAt) - clock().getTime()).toBeLessThanOrEqual(3_600_000);
    await rig.admin.pods.stop("acme", "shop");
    await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", "shop")).phase).toBe("stopped"), wait);
    const resting = (await dumps()).length;
    ahead = Date.parse((await schedule()).nextAt) - Date.now() + 24 * 3_600_000;
    await sweep();
    expect(await dumps()).toHaveLength(resting);
    await rig.admin.pods.start("acme", "shop");
    await vi.waitFor(async () => {
      await sweep();
      expect((await dumps())[0]).toMatchObject({ state: "ready", trigger: "schedule" });
    }, wait);
    await expect.poll(async () => (await schedule()).problem, wait).toBeNull();
    expect((await call("DELETE", "/pods/shop/databases/db/dump-schedule")).status).toBe(204);
    expect((await call("GET", "/pods/shop/databases/db/dump-schedule")).status).toBe(404);
  });

  it("that were being tried out when nobody went on with it have their throw-away database dropped", async () => {
    const id = await made();
    const gone = "00000000-0000-4000-8000-000000000000";
    await query("create database agentpod_check");
    await rig.deps.database.asSystem((store) => store.volumeBackups.setCheckedBy(id, gone));
    await sweep();
    expect(await beside()).toEqual([]);
    expect((await rig.deps.database.asSystem((store) => store.volumeBackups.get(id))).checkedBy).toBeNull();
  });
});
