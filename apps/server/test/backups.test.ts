import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AlertFacts } from "@agentpod/core/alert-conditions";
import { backupProblem } from "@agentpod/core/backup";
import { roles } from "@agentpod/core/permission";
import { emptyDatabase, type ScratchDatabase, scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { startTestPostgres, type TestPostgres } from "@agentpod/db/testing/test-postgres";
import { ensureHome, type Home, homeAt } from "@agentpod/host/home";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { evaluate } from "../src/alerts/evaluate.ts";
import { readBackupRuns, readBackupSettings } from "../src/backup/backup-settings.ts";
import { type Backups, backups } from "../src/backup/backups.ts";
import { openInstallationTarget } from "../src/volume-backups/open-target.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const mayMount = process.platform === "linux" && process.getuid?.() === 0;
const hour = 3_600_000;

// A server of its own: what holds a long transaction holds up the events of every database beside it.
let server: TestPostgres;
let scratch: ScratchDatabase;
let home: Home;
let now = 0;
const clock = () => new Date(now);
beforeAll(async () => {
  server = await startTestPostgres();
  scratch = await scratchDatabase(server.ownerUrl);
});
afterAll(async () => {
  await scratch?.drop();
  await server?.stop();
});
beforeEach(async () => {
  home = homeAt(await mkdtemp(join(tmpdir(), "agentpod-backups-")));
  ensureHome(home);
  now = Date.UTC(2026, 0, 1);
});
afterEach(() => rm(home.root, { recursive: true, force: true }));

const made = (at: Home = home): Backups =>
  backups({ database: scratch.database, ownerUrl: scratch.ownerUrl, masterKey: scratch.masterKey, home: at, openTarget, clock, log });
const openTarget = (name: string) =>
  openInstallationTarget({ database: scratch.database, home, guard: { addresses: async () => [] } }, name);
const set = async (one: Backups, settings: Parameters<Backups["settle"]>[0]) => {
  const store = await one.settle(settings);
  await scratch.database.asSystem((tables) => store(tables, "system"));
};
const events = (type: string) => scratch.database.asSystem((store) => store.events.latest({ type }, 5));
const problem = () =>
  scratch.database.asSystem(async (store) => backupProblem(await readBackupSettings(store), await readBackupRuns(store), clock()));

describe("P17 backups that are made by themselves", () => {
  it("are none until somebody wants them; then one at once, one a day, and the last few are kept", async () => {
    const one = made();
    expect(await one.runDue()).toBe(false);
    await set(one, { everyHours: 24, keep: 2, passphrase: "correct horse battery" });
    expect(await one.runDue()).toBe(true);
    expect(await one.runDue()).toBe(false);
    for (let day = 0; day < 3; day++) {
      now += 24 * hour + 1000;
      expect(await one.runDue()).toBe(true);
    }
    const { backups: list, settings, nextAt, problem: wrong } = await one.status();
    expect(list.map(({ createdAt, trigger, hasKey }) => [createdAt?.slice(0, 10), trigger, hasKey])).toEqual([
      ["2026-01-04", "schedule", true],
      ["2026-01-03", "schedule", true],
    ]);
    expect(settings).toEqual({ everyHours: 24, keep: 2, hasPassphrase: true, target: null });
    expect([nextAt?.slice(0, 10), wrong]).toEqual(["2026-01-05", null]);
    expect((await events("backup.created"))[0]).toMatchObject({ actor: "system", result: "ok" });
    for (const name of await readdir(home.backups)) expect((await stat(join(home.backups, name))).mode & 0o777).toBe(0o600);
    // What is asked for is not counted, and not removed.
    now += 1000;
    await one.start(undefined, { actor: "token:test", source: null });
    await one.stop();
    await set(one, { everyHours: null, keep: 2, passphrase: null });
    expect((await one.status()).nextAt).toBeNull();
  });

  it("are copied to a target and read back there; one that is away is told, and the backup stays in the home", async () => {
    const one = made();
    const folder = await mkdtemp(join(tmpdir(), "agentpod-copies-"));
    const target = { tenantId: null, name: "nas", config: { kind: "folder" as const, path: folder }, credentials: null };
    await scratch.database.asSystem((store) => store.backupTargets.insert(target));
    await expect(one.settle({ everyHours: 24, keep: 1, target: "absent" })).rejects.toMatchObject({ code: "not_found" });
    await scratch.database.asSystem((store) => store.settings.set("backups.runs", {}, "system"));
    await set(one, { everyHours: 24, keep: 1, target: "nas" });
    for (let day = 0; day < 2; day++) {
      now += 24 * hour + 1000;
      await one.runDue();
    }
    const [name = ""] = await readdir(home.backups);
    expect(await readdir(join(folder, "control-plane"))).toEqual([name]);
    const copy = await readFile(join(folder, "control-plane", name));
    expect(copy.equals(await readFile(join(home.backups, name)))).toBe(true);
    await rm(folder, { recursive: true });
    now += 24 * hour + 1000;
    await one.runDue();
    expect(await problem()).toMatch(/ is in the home of AgentPod, but not at target nas: The folder .* is not there/);
    expect(await readdir(home.backups)).toHaveLength(2);
    // Left out it stays; null takes it away.
    await set(one, { everyHours: 24, keep: 1 });
    expect((await one.status()).settings.target).toBe("nas");
    await set(one, { everyHours: null, keep: 7, target: null });
    expect((await one.status()).settings.target).toBeNull();
  });

  it("are made by one control plane of several", async () => {
    const others = await Promise.all([1, 2, 3].map(async () => homeAt(await mkdtemp(join(tmpdir(), "agentpod-backups-")))));
    const all = others.map((at) => made(at));
    await set(all[0] as Backups, { everyHours: 24, keep: 7 });
    await scratch.database.asSystem((store) => store.settings.set("backups.runs", { since: clock().toISOString() }, "system"));
    await Promise.all(all.map((one) => one.runDue()));
    for (const one of all) await one.runDue();
    const files = (await Promise.all(others.map((at) => readdir(at.backups).catch(() => [])))).flat();
    expect(files).toHaveLength(1);
    await set(all[0] as Backups, { everyHours: null, keep: 7 });
    for (const at of others) await rm(at.root, { recursive: true, force: true });
  });

  it.skipIf(!mayMount)("that find the disk full say so in an event and an alert, leave nothing, and are well again with room", async () => {
    const one = made();
    const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k,mode=0700", "tmpfs", await folderFor(home)], { encoding: "utf8" });
    expect(mount.stderr).toBe("");
    try {
      await scratch.database.asSystem((store) => store.settings.set("backups.runs", {}, "system"));
      await set(one, { everyHours: 24, keep: 7 });
      await one.runDue();
      expect(await readdir(home.backups)).toEqual([]);
      expect((await events("backup.failed"))[0]).toMatchObject({ result: "failed", message: expect.stringContaining("is full") });
      expect(await problem()).toMatch(/^The backup of 2026-01-01 00:00 UTC failed: .*disk/);
      expect(await look()).toMatchObject([{ kind: "backup", state: "firing", tenant: null, message: expect.stringContaining("is full") }]);
      // Not again at once.
      expect(await one.runDue()).toBe(false);
    } finally {
      spawnSync("umount", ["-l", home.backups]);
    }
    now += hour;
    expect(await one.runDue()).toBe(true);
    expect(await problem()).toBeNull();
    await look();
    now += 2 * 60_000;
    await look();
    expect((await scratch.database.asSystem((store) => store.alerts.list({}, 5)))[0]).toMatchObject({ kind: "backup", state: "resolved" });
    await set(one, { everyHours: null, keep: 7 });
  });

  async function look() {
    const facts: Omit<AlertFacts, "crashed"> = {
      ...{ pods: [], certificates: [], domains: [], usage: new Map(), diskFreeMb: null },
      ...{ gatewayProblem: null, logMatches: [], llmBudgets: [] },
      backupProblem: await problem(),
      podBackupProblems: new Map(),
    };
    await scratch.database.asSystem((store) => evaluate(store, facts, clock()));
    return scratch.database.asSystem((store) => store.alerts.list({ open: true }, 5));
  }
  async function folderFor(one: Home): Promise<string> {
    spawnSync("mkdir", ["-p", one.backups]);
    return one.backups;
  }
});

describe("P17 P8 a backup that is asked for", () => {
  const asker = { actor: "token:test", source: "192.0.2.7" };
  const ended = async (one: Backups, name: string) => {
    for (;;) {
      const { last } = await one.status();
      if (last?.name === name) return last;
    }
  };

  it("is made one at a time, read back, and told of with who asked", async () => {
    const one = made();
    const { name } = await one.start("correct horse battery", asker);
    await expect(one.start(undefined, asker)).rejects.toMatchObject({ code: "conflict" });
    expect(await ended(one, name)).toMatchObject({ error: null, check: { isAuthentic: true, hasKey: true } });
    const told = { ...asker, message: expect.stringContaining(name) };
    await vi.waitFor(async () => expect((await events("backup.created"))[0]).toMatchObject(told), { timeout: 20_000 });
    expect(await one.verify(name)).toMatchObject({ name, isAuthentic: true });
    await expect(one.verify("../keys/master-key")).rejects.toMatchObject({ code: "not_found" });
  });

  it("that is broken off by a stop leaves nothing, and a database that is away is said", async () => {
    const one = made();
    await one.start(undefined, asker);
    await one.stop();
    const left = await readdir(home.backups).catch(() => []);
    expect(left.filter((name) => name.endsWith(".part"))).toEqual([]);
    const away = backups({
      ...{ database: scratch.database, masterKey: scratch.masterKey, home, openTarget, clock, log },
      ownerUrl: "postgresql://nobody@localhost/none?host=/nowhere",
    });
    await expect(away.start(undefined, asker)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("that was damaged on the disk is named in the list and not taken for one", async () => {
    const one = made();
    const { name } = await one.start(undefined, asker);
    await ended(one, name);
    const path = join(home.backups, name);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length / 2));
    await expect(one.verify(name)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("damaged") });
    await writeFile(path, "nothing");
    expect((await one.status()).backups).toMatchObject([{ name, problem: expect.stringMatching(/damaged|no backup/) }]);
  });

  it("takes no more memory for 100,000 events than for none, made and restored", async () => {
    const run = promisify(execFile);
    const key = scratch.masterKey.current.key.toString("hex");
    const program = new URL("./backup-program.ts", import.meta.url).pathname;
    const flags = ["--max-semi-space-size=2", "--max-old-space-size=256"];
    const most = async (what: string, ownerUrl: string, file: string): Promise<number> => {
      const { stdout } = await run(process.execPath, [...flags, program, what, ownerUrl, key, home.root, file]);
      return (JSON.parse(stdout) as { maxRss: number }).maxRss / 1024;
    };
    const targets = [await emptyDatabase(server.ownerUrl), await emptyDatabase(server.ownerUrl)];
    const [small, large] = ["small.tar", "large.tar"].map((name) => join(home.root, name)) as [string, string];
    try {
      const before = [await most("make", scratch.ownerUrl, small), await most("restore", targets[0]?.url ?? "", small)];
      const client = new pg.Client({ connectionString: scratch.urlOf(scratch.roles.system) });
      await client.connect();
      await client.query(`insert into agentpod.events (type, actor, result, message, data)
        select 'pod.created', 'system', 'ok', 'event ' || i, jsonb_build_object('filler', repeat(md5(i::text), 24)) from generate_series(1, 100000) i`);
      await client.end();
      const after = [await most("make", scratch.ownerUrl, large), await most("restore", targets[1]?.url ?? "", large)];
      console.log("most memory in MB, few and 100,000 events:", before.map(Math.round), after.map(Math.round));
      // 90 MB of rows; what an engine keeps that has not collected its garbage yet comes and goes.
      for (const [i, megabytes] of after.entries()) expect(megabytes - (before[i] ?? 0)).toBeLessThan(75);
      const restored = new pg.Client({ connectionString: targets[1]?.url });
      await restored.connect();
      await restored.query("alter table agentpod.events no force row level security");
      const { rows } = await restored.query("select count(*)::int as n from agentpod.events where message like 'event %'");
      await restored.end();
      expect(rows).toEqual([{ n: 100_000 }]);
    } finally {
      for (const target of targets) await target.drop();
    }
  }, 240_000);
});

describe("P9 P17 backups over the API", () => {
  let rig: ApiRig;
  beforeAll(async () => {
    rig = await apiRig(server.ownerUrl);
  });
  afterAll(() => rig?.close());

  it("are taken away by nobody who may not everything, and never by a tenant's owner", async () => {
    await rig.admin.tenants.create({ name: "acme" });
    const settings = await rig.token(null, ["platform.settings", "platform.read"]);
    const owner = await rig.token("acme", roles.owner);
    const { name } = await rig.admin.backups.create(undefined);
    for (;;) {
      const { last } = await rig.admin.backups.status();
      if (last?.name === name) break;
    }
    expect((await request(rig, settings, "GET", "/backups")).status).toBe(200);
    for (const [method, path] of [
      ["POST", "/backups/download"],
      ["GET", `/backups/${name}/file`],
    ] as const) {
      expect((await request(rig, settings, method, path, method === "POST" ? {} : undefined)).status).toBe(403);
      expect((await request(rig, owner, method, path, method === "POST" ? {} : undefined)).status).toBe(403);
    }
    expect((await request(rig, owner, "GET", "/backups")).status).toBe(403);
    const taken = await rig.admin.backups.download(name);
    let bytes = 0;
    for await (const piece of taken) bytes += piece.length;
    expect(bytes).toBe((await rig.admin.backups.status()).backups[0]?.bytes);
    const events = await rig.admin.audit.list({ type: "backup.downloaded" });
    expect(events.map(({ result }) => result).sort()).toEqual(["ok", "refused", "refused", "refused", "refused"]);
  });

  it("break off where they fail, so that nobody takes a part for the whole", async () => {
    const client = new pg.Client({ connectionString: rig.ownerUrl });
    client.on("error", () => undefined);
    await client.connect();
    await rig.asSystem(`insert into agentpod.events (type, actor, result, message, data)
      select 'x', 'system', 'ok', 'filler', jsonb_build_object('random', (select string_agg(md5(random()::text || i || j), '') from generate_series(1, 60) j)) from generate_series(1, 20000) i`);
    const stream = await rig.admin.backups.stream(undefined);
    const read = (async () => {
      let isCut = false;
      for await (const _ of stream) {
        if (isCut) continue;
        isCut = true;
        await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'agentpod backup' and datname = current_database()",
        );
      }
    })();
    await expect(read).rejects.toThrow();
    await client.end();
    // Nothing is held: the next one is made.
    const again = await rig.admin.backups.stream(undefined);
    for await (const _ of again);
  }, 120_000);

  it("never show the passphrase, and refuse one that protects nothing", async () => {
    expect((await request(rig, rig.adminToken, "PUT", "/backups/settings", { everyHours: 24, keep: 7, passphrase: "short" })).status).toBe(
      400,
    );
    const passphrase = "correct horse battery";
    const set = await request(rig, rig.adminToken, "PUT", "/backups/settings", { everyHours: null, keep: 7, passphrase });
    expect(set.body).toEqual({ everyHours: null, keep: 7, hasPassphrase: true, target: null });
    const texts = [set.text, (await request(rig, rig.adminToken, "GET", "/backups")).text, JSON.stringify(await rig.admin.audit.list({}))];
    for (const text of texts) expect(text).not.toContain(passphrase);
  });
});
