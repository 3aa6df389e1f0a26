import { spawn, spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { wrappingKey } from "@agentpod/backup/wrap-key";
import { podSpec } from "@agentpod/core/pod-spec";
import type { Database } from "@agentpod/core/store";
import { lookAtDatabase } from "@agentpod/db/backup/look-at-database";
import { loadMasterKey } from "@agentpod/db/master-key";
import { migrate } from "@agentpod/db/migrate";
import { openDatabase } from "@agentpod/db/open-database";
import { emptyDatabase } from "@agentpod/db/testing/scratch-database";
import { startTestPostgres, type TestPostgres } from "@agentpod/db/testing/test-postgres";
import { ensureHome, type Home, homeAt } from "@agentpod/host/home";
import { saveBackup } from "@agentpod/host/save-backup";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { headFile } from "../src/audit/head-file.ts";
import { makeBackup } from "../src/backup/make-backup.ts";
import { settleRestore } from "../src/backup/settle-restore.ts";
import { artifactFiles } from "../src/setup/artifact-files.ts";

const mayMount = process.platform === "linux" && process.getuid?.() === 0;
const passphrase = "correct horse battery";
const program = new URL("../src/backup/offline.ts", import.meta.url).pathname;

/** A home with a database and a tenant of its own, as a server that was stopped leaves it. */
interface Place {
  home: Home;
  url: string;
  drop(): Promise<void>;
}
// A server of its own: what holds a long transaction holds up the events of every database beside it.
let server: TestPostgres;
let folder: string;
let source: Place;
let file: string;
let digest: string;
let places: Place[] = [];

async function emptyPlace(): Promise<Place> {
  const { url, drop } = await emptyDatabase(server.ownerUrl);
  const home = homeAt(await mkdtemp(join(tmpdir(), "agentpod-restore-")));
  return {
    home,
    url,
    drop: async () => {
      await drop();
      await rm(home.root, { recursive: true, force: true });
    },
  };
}

async function usedPlace(tenant: string): Promise<Place> {
  const place = await emptyPlace();
  ensureHome(place.home);
  await started(place, async (database) => {
    const { id } = await database.asTenants("*", (store) => store.tenants.insert({ name: tenant, quota: {} }));
    await database.asTenants([id], async (store) => {
      const spec = podSpec.parse({ units: [{ name: "app", image: "node:24" }] });
      const pod = { id: randomUUID(), tenantId: id, name: "web", template: null, inputs: {}, spec, server: "local", actor: "system" };
      await store.pods.insert(pod);
      await store.secrets.put(pod.id, "WORD", `secret of ${tenant}`);
    });
    const installation = await database.asSystem((store) => store.settings.installation());
    const heads = headFile(join(place.home.audit, "heads.jsonl"), installation);
    await heads.append({ seq: 1, hash: tenant, installation, at: new Date().toISOString() });
  });
  return place;
}

/** What the server does first when it starts. */
async function started<T>({ home, url }: Place, look: (database: Database) => Promise<T>): Promise<T> {
  const masterKey = loadMasterKey(home, {});
  await migrate(url, { masterKey });
  const database = await openDatabase({ ownerUrl: url, masterKey, embedded: true });
  try {
    await settleRestore(home, (key) => database.asSystem((store) => store.settings.find(key)));
    return await look(database);
  } finally {
    await database.close();
  }
}

/** Whose it is, by everything that a restore brings. */
const whose = (place: Place) =>
  started(place, async (database) => {
    const [pod] = await database.asSystem((store) => store.pods.list({}));
    const secrets = await database.asSystem((store) => store.secrets.reveal(pod?.id ?? ""));
    const heads = (await readFile(join(place.home.audit, "heads.jsonl"), "utf8")).trim();
    return [pod?.tenant, secrets.WORD, (JSON.parse(heads) as { hash: string }).hash];
  });

async function run(
  place: Place,
  request: object,
  more: Record<string, string> = {},
): Promise<{ signal: string | null; answer: Record<string, never> }> {
  const env = { PATH: process.env.PATH, AGENTPOD_HOME: place.home.root, DATABASE_URL: place.url, ...more };
  const child = spawn(process.execPath, [program], { env, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify({ file, passphrase, keys: [], replace: false, ...request }));
  const [said, [, signal]] = await Promise.all([text(child.stdout), once(child, "close") as Promise<[number, string | null]>]);
  return { signal, answer: JSON.parse(said.trim().split("\n").at(-1) || "{}") };
}

beforeAll(async () => {
  server = await startTestPostgres();
  folder = await mkdtemp(join(tmpdir(), "agentpod-restore-"));
  source = await usedPlace("acme");
  ({ digest } = await artifactFiles(source.home.artifacts).put(Readable.from([randomBytes(200_000)])));
  await started(source, (database) => database.asSystem((store) => store.artifacts.insert({ digest, tenant: null, bytes: 200_000 })));
  file = join(folder, "backup.tar");
  const place = { ownerUrl: source.url, masterKey: loadMasterKey(source.home, {}), home: source.home, clock: () => new Date() };
  await saveBackup(file, (await makeBackup(place, { trigger: "request", wrapping: await wrappingKey(passphrase) })).content);
});
afterEach(async () => {
  for (const place of places) await place.drop();
  places = [];
});
afterAll(async () => {
  await source?.drop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});
const keep = <T extends Place>(place: T): T => {
  places.push(place);
  return place;
};

const points = ["verified", "keys", "header", "rows", "heads", "artifact", "manifest", "loaded", "committed", "settled"];
const old = ["older", "secret of older", "older"];
const restored = ["acme", "secret of acme", "acme"];

describe("P17 P5 a restore that is killed", () => {
  it.each(points)("at %s leaves the old installation or the new one, never half of each; done again it is the new one", async (point) => {
    const place = keep(await usedPlace("older"));
    const crash = join(place.home.root, "crash-at");
    await writeFile(crash, `restore:${point}`);
    const killed = await run(place, { do: "restore", replace: true }, { AGENTPOD_CRASH_FILE: crash });
    expect(killed.signal).toBe("SIGKILL");
    expect(await whose(place)).toEqual(["committed", "settled"].includes(point) ? restored : old);
    expect(await readdir(place.home.restoring).catch(() => [])).toEqual([]);
    const again = await run(place, { do: "restore", replace: true });
    expect(again.answer).toMatchObject({ result: { isAuthentic: true, pods: 1 } });
    expect(await whose(place)).toEqual(restored);
    expect(await readdir(place.home.artifacts)).toEqual([`${digest.slice(7)}.tar`]);
  });

  it("between putting the old heads away and the new ones in place is ended by the next start", async () => {
    const home = homeAt(join(folder, "home"));
    ensureHome(home);
    await mkdir(join(home.restoring, "r1"), { recursive: true });
    await writeFile(join(home.restoring, "r1", "heads.jsonl"), "new");
    await writeFile(join(home.audit, "heads-before-r1.jsonl"), "old");
    await settleRestore(home, async () => ({ id: "r1" }));
    expect(await readFile(join(home.audit, "heads.jsonl"), "utf8")).toBe("new");
    expect(await readFile(join(home.audit, "heads-before-r1.jsonl"), "utf8")).toBe("old");
    await settleRestore(home, async () => ({ id: "r1" }));
    expect(await readFile(join(home.audit, "heads.jsonl"), "utf8")).toBe("new");
  });
});

describe("P17 P8 a restore that cannot be", () => {
  const nothing = async (place: Place) => {
    expect(await lookAtDatabase(place.url)).toBeNull();
    expect(await readdir(place.home.root)).toEqual([]);
  };

  it.each([
    ["without a passphrase", { passphrase: null }, /encrypted with master key [0-9a-f]{12}, which is not here: give its passphrase/],
    ["with another passphrase", { passphrase: "correct horse batterY" }, /not the one this backup was made with/],
    ["with another master key", { passphrase: null, keys: [randomBytes(32).toString("base64")] }, /which is not here/],
  ])("%s changes nothing", async (_, given, message) => {
    const place = keep(await emptyPlace());
    for (const what of ["inspect", "restore"] as const) {
      const { answer } = await run(place, { do: what, ...given });
      expect(answer).toMatchObject({ error: { code: "invalid", message: expect.stringMatching(message) } });
    }
    await nothing(place);
  });

  it.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length - 3000)],
    [
      "changed",
      (bytes: Buffer) => {
        const at = bytes.indexOf("database/agentpod.pods/") + 512 + 100;
        bytes[at] = (bytes[at] as number) ^ 1;
        return bytes;
      },
    ],
    ["no backup", () => Buffer.from("nothing")],
  ])("for the file is %s leaves the database as it was", async (_, damage) => {
    const place = keep(await emptyPlace());
    const bad = join(folder, "bad.tar");
    await writeFile(bad, damage(await readFile(file)));
    expect((await run(place, { do: "restore", file: bad })).answer).toMatchObject({ error: { code: "invalid" } });
    expect(await lookAtDatabase(place.url)).toBeNull();
    expect(await readdir(place.home.keys).catch(() => [])).toEqual([]);
  });

  it("is done with the master key itself, given beside it or by the environment", async () => {
    const key = (await readFile(join(source.home.keys, "master-key"), "utf8")).trim();
    const given = keep(await emptyPlace());
    expect((await run(given, { do: "restore", passphrase: null, keys: [key] })).answer).toMatchObject({ result: { pods: 1 } });
    expect(await whose(given)).toEqual(restored);
    const byEnvironment = keep(await emptyPlace());
    const env = { AGENTPOD_MASTER_KEY: key };
    expect((await run(byEnvironment, { do: "restore", passphrase: null }, env)).answer).toMatchObject({ result: { pods: 1 } });
    // What was kept out of the home is not written into it.
    expect(await readdir(byEnvironment.home.keys)).not.toContain("master-key");
    expect(await lookAtDatabase(byEnvironment.url)).toMatchObject({ tenants: 1, pods: 1 });
  });

  it.skipIf(!mayMount)("for want of room says so, changes nothing, and is done when there is", async () => {
    const place = keep(await usedPlace("older"));
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", place.home.artifacts], { encoding: "utf8" });
    expect(mounted.stderr).toBe("");
    try {
      const { answer } = await run(place, { do: "restore", replace: true });
      expect(answer).toMatchObject({ error: { code: "unavailable", message: expect.stringContaining("disk is full") } });
      expect(await readdir(place.home.artifacts)).toEqual([]);
    } finally {
      spawnSync("umount", ["-l", place.home.artifacts]);
    }
    expect(await whose(place)).toEqual(old);
    expect((await run(place, { do: "restore", replace: true })).answer).toMatchObject({ result: { pods: 1 } });
    expect(await whose(place)).toEqual(restored);
  });
});
