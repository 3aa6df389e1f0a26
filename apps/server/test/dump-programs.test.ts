import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { postgresHints } from "@agentpod/core/postgres-programs";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { DatabaseAt } from "../src/databases/database-at.ts";
import { dumpDatabase } from "../src/databases/dump-database.ts";
import { type HeldMoment, holdMoment } from "../src/databases/hold-moment.ts";
import { restoreProgram } from "../src/databases/restore-database.ts";
import { forgetTry, tryDump } from "../src/databases/try-dump.ts";
import { type ClientPostgres, clientPostgresBin, runtimeBeside, startClientPostgres } from "./client-postgres.ts";

const present = "shop\"s d'ata";
const never = new AbortController().signal;
let server: ClientPostgres;
const runtime = runtimeBeside(() => server);
const at = (hints: Parameters<typeof postgresHints>[0] = {}): DatabaseAt => ({
  id: { pod: "p", unit: "db", revision: "r" },
  env: { PGUSER: "app", PGDATABASE: present, PGPASSWORD: server.password, ...postgresHints(hints) },
});
const query = <T>(sql: string, database = present): Promise<T[]> => server.query<T>(sql, database);
const beside = async () =>
  (await query<{ datname: string }>("select datname from pg_database where datname like 'agentpod%'")).map((row) => row.datname);
const held = async <T>(work: (moment: HeldMoment) => Promise<T>): Promise<T> => {
  const moment = await holdMoment(runtime, at(), never);
  return work(moment).finally(() => moment.release());
};
const dumped = (moment: HeldMoment) => dumpDatabase(runtime, at({ moment: moment.name }), never).then(buffer);

describe.skipIf(clientPostgresBin === undefined)("C8 A16 a dump is tried out by PostgreSQL's own programs", { timeout: 240_000 }, () => {
  beforeAll(async () => {
    server = await startClientPostgres(clientPostgresBin ?? "", present);
  }, 120_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await query(`drop schema public cascade; create schema public; drop schema if exists "odd 'schema" cascade;
      create table customers (name text); insert into customers values ('anna'), ('bert');
      create schema "odd 'schema"; create table "odd 'schema"."a ""b.c" (id int primary key);
      insert into "odd 'schema"."a ""b.c" select generate_series(1, 1000);
      create table parts (id int) partition by range (id); create table parts_1 partition of parts for values from (0) to (10);
      insert into parts values (1), (2), (3); create view seen as select * from customers`);
  });
  const counted = [
    ["odd 'schema", 'a "b.c', 1000],
    ["public", "customers", 2],
    ["public", "parts_1", 3],
  ];

  it("is of the moment that is counted, whatever is written meanwhile, and brings back just that", async () => {
    await held(async (moment) => {
      await query("insert into customers values ('carl'); delete from parts");
      const dump = await dumped(moment);
      expect(await moment.counts()).toEqual(counted);
      expect(moment.about).toMatchObject({ database: present, version: expect.stringMatching(/^\d+/) });
      expect(moment.about.size).toBeGreaterThan(1_000_000);
      expect(await tryDump(runtime, at(), Readable.from([dump]), 1, never)).toEqual(counted);
    });
    expect(await beside()).toEqual([]);
    expect(await query("select count(*)::int as many from customers")).toEqual([{ many: 3 }]);
  });

  it("is forgotten by the database with the moment, and no time limit of the database's own cuts it short", async () => {
    await query(`alter database "${present.replaceAll('"', '""')}" set statement_timeout = '1ms'`, "postgres");
    try {
      await held(async (moment) => expect(await moment.counts()).toEqual(counted));
    } finally {
      await query(`alter database "${present.replaceAll('"', '""')}" reset statement_timeout`, "postgres");
    }
    const idle = "select pid from pg_stat_activity where state = 'idle in transaction'";
    await vi.waitFor(async () => expect(await query(idle, "postgres")).toEqual([]), { timeout: 60_000, interval: 50 });
  });

  it("that is torn or cannot be restored leaves no database behind, and says why", async () => {
    await query("insert into customers select md5(i::text) from generate_series(1, 20000) i");
    const dump = await held(dumped);
    for (const torn of [dump.subarray(0, dump.length / 2), Buffer.alloc(0), Buffer.from("select 1;\n")])
      await expect(tryDump(runtime, at(), Readable.from([torn]), 1, never)).rejects.toThrow(
        /^The dump could not be restored beside its database: pg_restore: error/,
      );
    expect(await beside()).toEqual([]);
    async function* broken() {
      yield dump.subarray(0, 100);
      throw new Error("the line went dead");
    }
    await expect(tryDump(runtime, at(), Readable.from(broken()), 1, never)).rejects.toThrow("The dump broke off");
    await forgetTry(runtime, at());
    expect(await beside()).toEqual([]);
    await forgetTry(runtime, at());
  });

  it("is not tried where there is no room for it, and the database is asked for it in words", async () => {
    const dump = await held(dumped);
    await expect(tryDump(runtime, at(), Readable.from([dump]), 10 ** 14, never)).rejects.toThrow(
      /there is no room beside this database for the dump: 100000000000000 kB are needed and \d+ kB are free$/,
    );
    const bare = join(server.folder, "bare");
    mkdirSync(bare);
    symlinkSync("/bin/sh", join(bare, "sh"));
    await expect(
      tryDump(
        runtimeBeside(() => server, bare),
        at(),
        Readable.from([dump]),
        1,
        never,
      ),
    ).rejects.toThrow("there is no psql");
    await expect(
      holdMoment(
        runtimeBeside(() => server, bare),
        at(),
        never,
      ),
    ).rejects.toThrow("there is no psql");
    expect(await beside()).toEqual([]);
  });

  it("that is given up midway leaves nothing once it is forgotten, and one after a killed one begins anew", async () => {
    const dump = await held(dumped);
    const giving = new AbortController();
    const stuck = new Readable({ read: () => undefined });
    stuck.push(dump.subarray(0, dump.length - 50));
    const given = tryDump(runtime, at(), stuck, 1, giving.signal);
    given.catch(() => undefined);
    await vi.waitFor(async () => expect(await beside()).toEqual(["agentpod_check"]), { timeout: 60_000, interval: 20 });
    giving.abort();
    await expect(given).rejects.toMatchObject({ code: "unavailable" });
    await forgetTry(runtime, at());
    expect(await beside()).toEqual([]);
    await query("create database agentpod_check", "postgres");
    expect(await tryDump(runtime, at(), Readable.from([dump]), 1, never)).toEqual(counted);
    expect(await beside()).toEqual([]);
  });

  it("that was put into its place is not put there twice", async () => {
    const dump = await held(dumped);
    await query("insert into customers values ('carl')");
    const mark = "agentpod operation it's one";
    await restoreProgram(runtime, at({ mark }), "load", Readable.from([dump]), never);
    await restoreProgram(runtime, at({ mark }), "use", null, never);
    await query("insert into customers values ('dora')");
    await restoreProgram(runtime, at({ mark }), "use", null, never);
    expect((await query<{ name: string }>("select name from customers order by 1")).map(({ name }) => name)).toEqual([
      "anna",
      "bert",
      "dora",
    ]);
    await expect(restoreProgram(runtime, at({ mark: "another" }), "use", null, never)).rejects.toThrow("its data is as before");
    await restoreProgram(runtime, at({ mark }), "load", Readable.from([dump]), never);
    await forgetTry(runtime, at(), "unload");
    expect(await beside()).toEqual([]);
  });
});
