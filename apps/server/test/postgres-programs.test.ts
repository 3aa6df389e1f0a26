import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Pod } from "@agentpod/core/pod";
import type { Database } from "@agentpod/core/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { DatabaseAt } from "../src/databases/database-at.ts";
import { dumpDatabase } from "../src/databases/dump-database.ts";
import { requireCopyable } from "../src/databases/require-copyable.ts";
import { restoreDatabase } from "../src/databases/restore-database.ts";
import { checkClientPrograms, clientPrograms } from "../src/setup/client-programs.ts";
import { type ClientPostgres, clientPostgresBin, runtimeBeside, startClientPostgres } from "./client-postgres.ts";

const present = "shop\"s d'ata";
const never = new AbortController().signal;
let server: ClientPostgres;

const besideWith = (path?: string) => runtimeBeside(() => server, path);
const runtime = besideWith();
const at = (database = present): DatabaseAt => ({
  id: { pod: "p", unit: "db", revision: "r" },
  env: { PGUSER: "app", PGDATABASE: database, PGPASSWORD: server.password },
});
const query = <T>(sql: string, database = present): Promise<T[]> => server.query<T>(sql, database);
const names = async () => (await query<{ name: string }>("select name from customers order by 1")).map(({ name }) => name);
const databases = async () => (await query<{ datname: string }>("select datname from pg_database where datname like 'agentpod%'")).length;
const message = (done: Promise<unknown>): Promise<string> =>
  done.then(
    () => "nothing was wrong",
    (error: Error) => error.message,
  );

describe.skipIf(clientPostgresBin === undefined)("C8 dump and restore by PostgreSQL's own programs", { timeout: 180_000 }, () => {
  beforeAll(async () => {
    server = await startClientPostgres(clientPostgresBin ?? "", present);
  }, 120_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await query("drop table if exists customers; create table customers (name text); insert into customers values ('anna'), ('bert')");
  });

  it("brings back what was dumped, in place of what came since, and puts out who is connected", async () => {
    const dump = await buffer(await dumpDatabase(runtime, at(), never));
    await query("insert into customers values ('carl'); create table later (id int)");
    const connected = await server.connect(present);
    const cut = once(connected, "error");
    await restoreDatabase(runtime, at(), Readable.from([dump]), never);
    await cut;
    expect(await names()).toEqual(["anna", "bert"]);
    await expect(query("select * from later")).rejects.toThrow();
    expect(await databases()).toBe(0);
    await restoreDatabase(runtime, at(), Readable.from([dump]), never);
    expect(await names()).toEqual(["anna", "bert"]);
  });

  it("is streamed from one database into another", async () => {
    await query("create database copy", "postgres");
    await query("insert into customers select 'visitor ' || i from generate_series(1, 50000) i");
    await restoreDatabase(runtime, at("copy"), await dumpDatabase(runtime, at(), never), never);
    expect(await query("select count(*)::int as many from customers", "copy")).toEqual([{ many: 50_002 }]);
  });

  it("takes no torn dump, and nothing that is none: the data stays", async () => {
    await query("insert into customers select md5(i::text) from generate_series(1, 20000) i");
    const dump = await buffer(await dumpDatabase(runtime, at(), never));
    const before = (await names()).length;
    for (const torn of [dump.subarray(0, dump.length / 2), dump.subarray(0, 100), Buffer.alloc(0), Buffer.from("select 1;\n")]) {
      expect(await message(restoreDatabase(runtime, at(), Readable.from([torn]), never))).toContain(
        "and its data is as before: pg_restore",
      );
      expect((await names()).length).toBe(before);
    }
    async function* broken() {
      yield dump.subarray(0, dump.length - 10);
      throw new Error("the line went dead");
    }
    expect(await message(restoreDatabase(runtime, at(), Readable.from(broken()), never))).toBe(
      "The dump broke off; the data is as before.",
    );
    expect((await names()).length).toBe(before);
    // What was loaded beside it goes with the next one that is whole.
    await restoreDatabase(runtime, at(), Readable.from([dump]), never);
    expect([(await names()).length, await databases()]).toEqual([before, 0]);
  });

  it("fails where the server ends its dump midway, however much was written", async () => {
    await query("insert into customers select repeat(md5(i::text), 20) from generate_series(1, 300000) i");
    const dump = await dumpDatabase(runtime, at(), never);
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of dump) {
        bytes += (chunk as Buffer).length;
        await query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pg_dump'", "postgres");
      }
    })();
    expect(await message(reading)).toMatch(/^The dump of db ended with exit code 1: pg_dump/);
    expect(bytes).toBeGreaterThan(0);
  });

  it("P14 tells before anything is made whether they are all there, and what to install", async () => {
    const unit = {
      name: "db",
      image: "postgres:18",
      env: { POSTGRES_USER: "app", POSTGRES_DB: present, POSTGRES_PASSWORD: "x" },
      ports: [{ name: "postgres", container: 5432 }],
    };
    const status = { units: [{ name: "db", revision: "r", state: "running" }] };
    const pod = { id: "p", tenant: "acme", name: "shop", spec: { units: [unit] }, status } as unknown as Pod;
    const store = { secrets: { reveal: async () => ({}) } };
    const database = { asSystem: (work: (given: typeof store) => unknown) => work(store) } as unknown as Database;
    const asked = (path?: string) => requireCopyable({ runtime: path === undefined ? runtime : besideWith(path), database }, pod);
    await asked();
    const place = join(server.folder, "versions");
    mkdirSync(place);
    symlinkSync("/bin/sh", join(place, "sh"));
    const program = (name: string, version: string) =>
      writeFileSync(join(place, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version} (Debian)"\n`, { mode: 0o755 });
    program("postgres", "18.1");
    expect(await message(asked(place))).toBe(
      "The data of acme/shop cannot be copied: there is no pg_dump beside this database: install the client programs of its version (Debian and Ubuntu: postgresql-client-18). A preview begins without it by --database empty.",
    );
    program("pg_dump", "15.20");
    expect(await message(asked(place))).toMatch(
      /pg_dump beside this database is of version 15, and dumps none of version 18: install .*-18\)/,
    );
    expect(await message(buffer(await dumpDatabase(besideWith(place), at(), never)))).toMatch(/exit code 127: pg_dump .* of version 15/);
    program("pg_dump", "18.0");
    expect(await message(asked(place))).toMatch(/there is no psql beside/);
    program("psql", "18.0");
    program("pg_restore", "18.0");
    await asked(place);
  });

  it("P14 the doctor says so", async () => {
    const place = join(server.folder, "versions");
    expect(checkClientPrograms(await clientPrograms(place, [place, "/bin"]))).toEqual([
      { status: "ok", message: "Databases can be dumped and copied by pg_dump 18.", advice: null },
    ]);
    expect(checkClientPrograms(await clientPrograms(place, ["/nowhere"]))).toMatchObject([
      { status: "warning", message: expect.stringMatching(/^There is no pg_dump/), advice: expect.stringMatching(/postgresql-client-18/) },
    ]);
    expect(checkClientPrograms({ postgres: 18, pgDump: 15 })).toMatchObject([
      {
        status: "warning",
        message: expect.stringMatching(/^pg_dump is of version 15/),
        advice: expect.stringMatching(/postgresql-client-18/),
      },
    ]);
  });

  it("says which program is missing, and what is wrong with a login; never the password", async () => {
    const bare = join(server.folder, "bare");
    mkdirSync(bare);
    symlinkSync("/bin/sh", join(bare, "sh"));
    expect(await message(buffer(await dumpDatabase(besideWith(bare), at(), never)))).toMatch(
      /exit code 127: there is no pg_dump beside this database/,
    );
    const stranger = { ...at(), env: { ...at().env, PGUSER: "nobody" } };
    const said = await message(buffer(await dumpDatabase(runtime, stranger, never)));
    expect(said).toContain('password authentication failed for user "nobody"');
    expect(said).not.toContain(server.password);
  });

  it("ends its program when nobody reads any more, or it is given up", async () => {
    await query("insert into customers select repeat(md5(i::text), 20) from generate_series(1, 100000) i");
    const left = await dumpDatabase(runtime, at(), never);
    await once(left, "readable");
    left.destroy();
    const giving = new AbortController();
    const given = buffer(await dumpDatabase(runtime, at(), giving.signal));
    giving.abort();
    expect(await message(given)).toContain("The dump of db");
    await vi.waitFor(
      async () => expect(await query("select pid from pg_stat_activity where application_name = 'pg_dump'", "postgres")).toEqual([]),
      { timeout: 60_000, interval: 50 },
    );
  });
});
