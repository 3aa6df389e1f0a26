import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roles } from "@agentpod/core/permission";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type ApiRig, apiRig, request } from "./api-rig.ts";
import { type ClientPostgres, clientPostgresBin, startClientPostgres } from "./client-postgres.ts";
import { runAgentpod } from "./run-agentpod.ts";

let server: ClientPostgres;
let rig: ApiRig;
let folder: string;
const ends: (() => void)[] = [];
/** A piece of what a program writes is lost on its way. */
let isLossy = false;

/** A unit beside which a real server's own programs are run. */
const database: MemoryProgram = ({ exit }) => ({
  request: (_request, response) => void response.end(),
  term: () => exit(0),
  async exec({ argv, env, stdin, stdout, stderr, exit: end }) {
    const child = server.beside(argv, env);
    ends.push(() => child.kill("SIGKILL"));
    // Who leaves ends the program, as a runtime does.
    for (const stream of [stdin, stdout])
      stream.on("close", () => {
        if (!stdin.readableEnded) child.kill("SIGKILL");
      });
    stdin.pipe(child.stdin);
    if (isLossy && argv.at(-1) === "dump") {
      const all = Buffer.concat(await child.stdout.toArray());
      stdout.write(Buffer.concat([all.subarray(0, all.length >> 1), all.subarray((all.length >> 1) + 4096)]));
    } else child.stdout.pipe(stdout, { end: false });
    child.stderr.pipe(stderr, { end: false });
    const [code] = child.exitCode === null ? await once(child, "close") : [child.exitCode];
    end((code as number | null) ?? 255);
  },
});

const spec = {
  units: [
    {
      name: "db",
      image: "postgres:18",
      env: { POSTGRES_USER: "app", POSTGRES_DB: "shop", POSTGRES_PASSWORD: "{{ secrets.password }}" },
      ports: [{ name: "postgres", container: 5432 }],
    },
    {
      name: "cache",
      image: "redis:7",
      env: { REDIS_PASSWORD: "{{ secrets.password }}" },
      ports: [{ name: "redis", container: 6379 }],
    },
  ],
};

const agentpod = (args: string[], input?: string) =>
  runAgentpod(args, {
    env: { AGENTPOD_HOME: join(folder, "home"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken },
    cwd: folder,
    ...(input !== undefined && { input }),
  });
const query = <T>(sql: string): Promise<T[]> => server.query<T>(sql, "shop");
const names = async () => (await query<{ name: string }>("select name from customers order by 1")).map(({ name }) => name);
const path = (end = "") => `/tenants/acme/pods/shop/databases${end}`;

describe.skipIf(clientPostgresBin === undefined)("C8 database care by API and command line", { timeout: 240_000 }, () => {
  beforeAll(async () => {
    server = await startClientPostgres(clientPostgresBin ?? "", "shop");
    folder = mkdtempSync(join(tmpdir(), "agentpod-dumps-"));
    rig = await apiRig(inject("serverUrl"), { program: database });
    await rig.admin.tenants.create({ name: "acme" });
    await rig.admin.pods.create("acme", { name: "shop", spec, inputs: { password: server.password } });
    await vi.waitFor(
      async () => expect((await rig.admin.pods.get("acme", "shop")).units.map(({ state }) => state)).toEqual(["running", "running"]),
      { timeout: 60_000, interval: 50 },
    );
    await query("create table customers (name text); insert into customers values ('anna'), ('bert')");
  }, 180_000);
  afterAll(async () => {
    for (const end of ends) end();
    await rig?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("shows how a database is reached with its password masked; revealed it is by permission, and written down", async () => {
    const listed = await request(rig, await rig.token("acme", roles.viewer), "GET", path());
    expect(listed.body).toEqual([
      { unit: "db", kind: "postgres", user: "app", database: "shop", url: "postgres://app:******@db:5432/shop", dumps: true },
      { unit: "cache", kind: "redis", user: null, database: null, url: "redis://:******@cache:6379", dumps: false },
    ]);
    expect((await request(rig, await rig.token("acme", roles.operator), "POST", path("/db/reveal"), {})).status).toBe(403);
    const url = `postgres://app:${encodeURIComponent(server.password)}@db:5432/shop`;
    expect(await request(rig, await rig.token("acme", roles.admin), "POST", path("/db/reveal"), {})).toMatchObject({
      status: 200,
      body: { unit: "db", url },
    });
    const masked = await agentpod(["db", "url", "acme/shop", "--unit", "db"]);
    expect([masked.code, masked.stdout.trim()]).toEqual([0, "postgres://app:******@db:5432/shop"]);
    expect((await agentpod(["db", "url", "acme/shop", "--unit", "db", "--reveal"])).stdout.trim()).toBe(url);
    const events = await rig.admin.events.list({ tenant: "acme", pod: "shop", limit: 100 });
    expect(events.filter(({ type, result }) => type === "database.revealed" && result === "ok").map(({ message }) => message)).toEqual(
      Array(2).fill("the connection string of unit db was revealed"),
    );
    expect(JSON.stringify(events)).not.toContain(encodeURIComponent(server.password));
  });

  it("runs psql on what is piped in, with the database's own login", async () => {
    const piped = await agentpod(["db", "shell", "acme/shop", "--unit", "db"], "select name from customers order by 1;\n");
    expect([piped.code, piped.stderr]).toEqual([0, ""]);
    expect(piped.stdout).toMatch(/anna\n\s+bert/);
    const asked = await agentpod(["db", "shell", "acme/shop", "--unit", "db", "--", "-At", "-c", "select count(*) from customers"]);
    expect([asked.code, asked.stdout.trim()]).toEqual([0, "2"]);
    const wrong = await agentpod(["db", "shell", "acme/shop", "--unit", "db", "--", "-c", "select nothing from nowhere"]);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('"nowhere" does not exist')]);
  });

  it("dumps into a file of its owner's alone, and brings it back by name", async () => {
    const dumped = await agentpod(["db", "dump", "acme/shop", "shop.dump", "--unit", "db", "-o", "json"]);
    expect([dumped.code, dumped.stderr]).toEqual([0, ""]);
    const file = join(folder, "shop.dump");
    expect([statSync(file).mode & 0o777, JSON.parse(dumped.stdout).bytes]).toEqual([0o600, statSync(file).size]);
    expect((await agentpod(["db", "dump", "acme/shop", "shop.dump", "--unit", "db"])).stderr).toContain("is here already");
    await query("insert into customers values ('carl')");
    const restore = (...more: string[]) => agentpod(["db", "restore", "acme/shop", "shop.dump", "--unit", "db", ...more]);
    expect((await restore()).stderr).toContain("say --confirm acme/shop");
    expect((await restore("--confirm", "acme/shoop")).stderr).toContain("nothing was done");
    expect(await names()).toEqual(["anna", "bert", "carl"]);
    const restored = await restore("--confirm", "acme/shop");
    expect([restored.code, restored.stdout.trim()]).toEqual([0, "The data of acme/shop is that of shop.dump."]);
    expect(await names()).toEqual(["anna", "bert"]);
    const events = (await rig.admin.events.list({ tenant: "acme", pod: "shop", limit: 100 })).map(({ message }) => message);
    expect(events).toContain("a program was run in unit db with the login of its database");
  });

  it("takes no torn dump for whole, and what is none not at all: the data stays", async () => {
    await query("insert into customers select md5(i::text) from generate_series(1, 20000) i");
    await agentpod(["db", "dump", "acme/shop", "large.dump", "--unit", "db"]);
    const whole = readFileSync(join(folder, "large.dump"));
    writeFileSync(join(folder, "torn.dump"), whole.subarray(0, whole.length / 2));
    writeFileSync(join(folder, "other.sql"), "drop table customers;");
    const restore = (file: string) => agentpod(["db", "restore", "acme/shop", file, "--unit", "db", "--confirm", "acme/shop"]);
    const torn = await restore("torn.dump");
    expect([torn.code, torn.stderr]).toEqual([expect.any(Number), expect.stringContaining("the load ended with exit code 1: pg_restore")]);
    expect(torn.code).not.toBe(0);
    expect((await restore("other.sql")).stderr).toContain("other.sql is no dump");
    expect((await names()).length).toBe(20_002);
    expect((await restore("large.dump")).code).toBe(0);
    expect((await names()).length).toBe(20_002);
  });

  it("leaves no file where a piece was lost on the way, for the dump is read back", async () => {
    isLossy = true;
    const { code, stderr } = await agentpod(["db", "dump", "acme/shop", "lossy.dump", "--unit", "db"]).finally(() => {
      isLossy = false;
    });
    expect([code !== 0, stderr]).toEqual([
      true,
      expect.stringMatching(/the dump could not be read back: the read ended with exit code 1: pg_restore/),
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith("lossy"))).toEqual([]);
  });

  it("leaves no file where the server ends the dump midway", async () => {
    await query("insert into customers select repeat(md5(i::text), 20) from generate_series(1, 400000) i");
    const dumping = agentpod(["db", "dump", "acme/shop", "broken.dump", "--unit", "db"]);
    await vi.waitFor(
      async () => {
        expect(readdirSync(folder).some((name) => name.startsWith("broken.dump") && statSync(join(folder, name)).size > 0)).toBe(true);
        const sql = "select pg_terminate_backend(pid) as ended from pg_stat_activity where application_name = 'pg_dump'";
        expect(await server.query<{ ended: boolean }>(sql, "postgres")).toEqual([{ ended: true }]);
      },
      { timeout: 90_000, interval: 10 },
    );
    const { code, stderr } = await dumping;
    expect([code !== 0, stderr]).toEqual([true, expect.stringContaining("the dump ended with exit code 1: pg_dump")]);
    expect(readdirSync(folder).filter((name) => name.startsWith("broken"))).toEqual([]);
  });

  it("says what is for PostgreSQL alone, what there is not, and that it must run", async () => {
    expect((await agentpod(["db", "dump", "acme/shop"])).stderr).toContain("say which by --unit: db, cache");
    expect((await agentpod(["db", "dump", "acme/shop", "--unit", "cache"])).stderr).toContain(
      "agentpod db dump is for PostgreSQL, and unit cache is redis: agentpod pod backup create acme/shop keeps its data",
    );
    expect((await agentpod(["db", "url", "acme/shop", "--unit", "app"])).stderr).toContain(
      "acme/shop has no database app; it has db, cache",
    );
    expect((await request(rig, rig.adminToken, "POST", path("/cache2/reveal"), {})).status).toBe(404);
    await rig.admin.pods.stop("acme", "shop");
    await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", "shop")).phase).toBe("stopped"), {
      timeout: 60_000,
      interval: 50,
    });
    expect((await agentpod(["db", "dump", "acme/shop", "--unit", "db"])).stderr).toContain("unit db of acme/shop is not running");
  });
});
