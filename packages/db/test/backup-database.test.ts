import { randomBytes, randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { emptyStatus } from "@agentpod/core/status";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { type DatabaseDump, dumpDatabase } from "../src/backup/dump-database.ts";
import { type LoadOptions, loadDatabase } from "../src/backup/load-database.ts";
import { lookAtDatabase } from "../src/backup/look-at-database.ts";
import { keepsRows, type StoredTable } from "../src/backup/stored-tables.ts";
import { ensureRoles } from "../src/ensure-roles.ts";
import { keyOf, type MasterKey } from "../src/master-key.ts";
import { bringUp, migrate } from "../src/migrate.ts";
import { migrationFiles } from "../src/migration-files.ts";
import { openDatabase } from "../src/open-database.ts";
import { rolesOf } from "../src/roles.ts";
import { secretBox } from "../src/secret-box.ts";
import { emptyDatabase, type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleEvent, exampleSpec, fullTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
let empties: Awaited<ReturnType<typeof emptyDatabase>>[] = [];
let dumps: DatabaseDump[] = [];
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  await fullTenant(scratch.database, "acme");
  await fullTenant(scratch.database, "bolts");
  await scratch.database.asSystem((store) => store.audit.seal(100, false));
});
afterEach(async () => {
  for (const dump of dumps) await dump.close();
  for (const one of empties) await one.drop();
  dumps = [];
  empties = [];
});
afterAll(() => scratch?.drop());

const empty = async () => {
  const made = await emptyDatabase(inject("serverUrl"));
  empties.push(made);
  return made.url;
};
const dump = async (ownerUrl: string, masterKey: MasterKey) => {
  const made = await dumpDatabase({ ownerUrl, masterKey });
  dumps.push(made);
  return made;
};
const keyFor = (table: Pick<StoredTable, "schema" | "name">) => `${table.schema}.${table.name}`;
/** Rows of each table, in an order of their own. */
async function rowsOf(given: DatabaseDump): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const table of given.tables) found[keyFor(table)] = (await text(given.rows(table))).split("\n").filter(Boolean).sort();
  return found;
}
const restored = { id: "r1", at: "2026-01-02T00:00:00Z", madeAt: "2026-01-01T00:00:00Z", version: "0.1.0" };
async function copy(from: DatabaseDump, into: LoadOptions) {
  const load = await loadDatabase(into);
  try {
    for (const table of from.tables) for await (const piece of from.rows(table)) await load.rows(table, piece);
    return await load.commit({ sequences: await from.sequences(), restored });
  } finally {
    await load.close();
  }
}
async function query<T extends pg.QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = await rawClient(url);
  return client.query<T>(sql, values).then(
    async ({ rows }) => {
      await client.end();
      return rows;
    },
    async (error: unknown) => {
      await client.end();
      throw error;
    },
  );
}

const scratchRoles = (url: string, masterKey: MasterKey) => rolesOf(new URL(url).pathname.slice(1), masterKey).system;

describe("P17 P8 a copy of the whole database", () => {
  it("has every row of every table, and no session, one-time link or count of attempts", async () => {
    const { ownerUrl, masterKey, urlOf, roles } = scratch;
    const made = await dump(ownerUrl, masterKey);
    const rows = await rowsOf(made);
    const tables = await query<{ schema: string; name: string }>(
      ownerUrl,
      "select schemaname as schema, tablename as name from pg_tables where schemaname like 'agentpod%'",
    );
    expect(Object.keys(rows).sort()).toEqual(tables.filter(keepsRows).map(keyFor).sort());
    for (const table of tables.filter(({ schema, name }) => schema === "agentpod" && keepsRows({ schema, name }))) {
      const [count] = await query<{ n: string }>(urlOf(roles.system), `select count(*) as n from agentpod.${table.name}`);
      expect(rows[keyFor(table)]?.length, table.name).toBe(Number(count?.n));
    }
    expect(rows["agentpod_auth.users"]?.length).toBe(2);
    expect(rows).not.toHaveProperty("agentpod_auth.sessions");
    // Each after those that it refers to.
    const order = made.tables.map(keyFor);
    expect(order.indexOf("agentpod.tenants")).toBeLessThan(order.indexOf("agentpod.pods"));
    expect(order.indexOf("agentpod.pods")).toBeLessThan(order.indexOf("agentpod.secrets"));
    expect(made.artifacts).toEqual(["sha256:acme", "sha256:bolts"]);
  });

  it("comes out of another database as it went in: rows, rights, policies, chain, and secrets that open", async () => {
    const { ownerUrl, masterKey } = scratch;
    const from = await dump(ownerUrl, masterKey);
    const url = await empty();
    expect(await lookAtDatabase(url)).toBeNull();
    const { applied } = await copy(from, { ownerUrl: url, masterKey, migrations: from.migrations, replace: false });
    expect(applied).toEqual([]);
    expect(await lookAtDatabase(url)).toEqual({ tenants: 2, pods: 2, users: 2 });
    await migrate(url, { masterKey });
    const before = await rowsOf(from);
    const after = await rowsOf(await dump(url, masterKey));
    // What a restore changes, and says.
    for (const [name, rows] of Object.entries(before)) {
      if (name === "agentpod.route_table") continue;
      if (name === "agentpod.routes") expect(after[name]?.length).toBe(rows.length);
      else if (name === "agentpod.settings") expect(after[name]?.filter((row) => !row.startsWith("restored\t"))).toEqual(rows);
      else if (name === "agentpod.events") expect(after[name]?.filter((row) => !row.includes("backup.restored"))).toEqual(rows);
      else if (name.startsWith("agentpod.operation")) expect(after[name]?.length, name).toBe(rows.length);
      else expect(after[name], name).toEqual(rows);
    }
    // P14 What was under way finds another world: it has ended, and its pods are free.
    const under = await query<{ state: string; active: boolean; step: string }>(
      Object.assign(new URL(url), { username: scratchRoles(url, masterKey).user, password: scratchRoles(url, masterKey).password }).href,
      `select o.state, p.is_active as active, s.state as step from agentpod.operations o
         join agentpod.operation_pods p on p.operation_id = o.id join agentpod.operation_steps s on s.operation_id = o.id`,
    );
    expect(under).toEqual([1, 2].map(() => ({ state: "failed", active: false, step: "failed" })));
    expect(await policiesOf(url)).toEqual(await policiesOf(ownerUrl));
    const database = await openDatabase({ ownerUrl: url, masterKey, embedded: true });
    try {
      const pods = await database.asSystem((s) => s.pods.list({}));
      for (const pod of pods)
        expect(await database.asSystem((s) => s.secrets.reveal(pod.id))).toEqual({ PASSWORD: `secret of ${pod.tenant}` });
      // Another tenant sees nothing of it, and nobody without a tenant anything.
      expect(await database.asTenants([], (s) => s.pods.list({}))).toEqual([]);
      const acme = pods.find((pod) => pod.tenant === "acme");
      expect((await database.asTenants([acme?.tenantId ?? ""], (s) => s.pods.list({}))).map((pod) => pod.tenant)).toEqual(["acme"]);
      // Sequences and chain go on: a new event is behind all others, and what was sealed stays so.
      const head = await database.asSystem((s) => s.audit.head());
      expect(head).toEqual(await scratch.database.asSystem((s) => s.audit.head()));
      await database.asSystem((s) => s.events.append(exampleEvent(null, "after the restore")));
      await database.asSystem((s) => s.audit.seal(100, true));
      expect(await database.asSystem((s) => s.audit.findUnsealed())).toBeNull();
      const messages = (await database.asSystem((s) => s.events.latest({}, 2))).map(({ message }) => message);
      expect(messages).toEqual(["after the restore", "restored from the backup of 2026-01-01T00:00:00Z, made by AgentPod 0.1.0"]);
    } finally {
      await database.close();
    }
  });

  it("is of one moment, while everything goes on being written and read", async () => {
    const { ownerUrl, masterKey, database } = scratch;
    const made = await dump(ownerUrl, masterKey);
    const position = await database.asSystem((store) => store.events.position());
    await database.asSystem((store) => store.events.append(exampleEvent(null, "since the snapshot")));
    // Readers of the event stream are not held up by the snapshot; other databases' transactions may do so for a moment.
    const seen = () => database.asSystem((store) => store.events.after(position, {}, 10));
    await expect.poll(async () => (await seen()).map(({ message }) => message), { timeout: 20_000 }).toContain("since the snapshot");
    const rows = await rowsOf(made);
    expect(rows["agentpod.events"]?.some((row) => row.includes("since the snapshot"))).toBe(false);
  });

  it("is made once at a time", async () => {
    await dump(scratch.ownerUrl, scratch.masterKey);
    await expect(dump(scratch.ownerUrl, scratch.masterKey)).rejects.toMatchObject({ code: "conflict" });
  });

  it("is refused rather than made without the rows that a policy hides", async () => {
    const { ownerUrl, masterKey } = scratch;
    await query(ownerUrl, "create table agentpod.secretive (id int); alter table agentpod.secretive enable row level security");
    try {
      await expect(dump(ownerUrl, masterKey)).rejects.toThrow(/does not see all rows of secretive/);
    } finally {
      await query(ownerUrl, "drop table agentpod.secretive");
    }
  });
});

describe("P17 a restore into a database", () => {
  const masterKey = { current: keyOf(randomBytes(32)), older: [] };
  const migrations = migrationFiles().map(({ tag }) => tag);

  it("refuses one that is in use, and one that holds something unless it is replaced; then nothing of before is left", async () => {
    const from = await dump(scratch.ownerUrl, scratch.masterKey);
    const url = await empty();
    await migrate(url, { masterKey });
    const there = await openDatabase({ ownerUrl: url, masterKey, embedded: true });
    await there.asTenants("*", (store) => store.tenants.insert({ name: "older", quota: {} }));
    const into = { ownerUrl: url, masterKey: scratch.masterKey, migrations: from.migrations };
    await expect(loadDatabase({ ...into, replace: true })).rejects.toMatchObject({ code: "conflict", message: /is at work/ });
    await there.close();
    await expect(loadDatabase({ ...into, replace: false })).rejects.toMatchObject({ code: "conflict", message: /--force/ });
    expect(await lookAtDatabase(url)).toMatchObject({ tenants: 1, pods: 0 });
    await copy(from, { ...into, replace: true });
    await migrate(url, { masterKey: scratch.masterKey });
    const tenants = await rowsOf(await dump(url, scratch.masterKey));
    expect(tenants["agentpod.tenants"]?.map((row) => row.split("\t")[1]).sort()).toEqual(["acme", "bolts"]);
  });

  it("that is cut off, or refuses a row, leaves what was there", async () => {
    const from = await dump(scratch.ownerUrl, scratch.masterKey);
    const url = await empty();
    await migrate(url, { masterKey });
    const load = await loadDatabase({ ownerUrl: url, masterKey: scratch.masterKey, migrations, replace: true });
    for (const table of from.tables) for await (const piece of from.rows(table)) await load.rows(table, piece);
    await load.close();
    expect(await lookAtDatabase(url)).toMatchObject({ tenants: 0 });

    const bad = await loadDatabase({ ownerUrl: url, masterKey: scratch.masterKey, migrations, replace: true });
    const pods = from.tables.find(({ name }) => name === "pods") as StoredTable;
    const refused = (async () => {
      await bad.rows(pods, Buffer.from("no pod at all\n"));
      await bad.commit({ sequences: [], restored });
    })();
    await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/invalid|internal/) });
    await bad.close();
    expect(await lookAtDatabase(url)).toMatchObject({ tenants: 0 });
    // It still works, with its own key.
    const database = await openDatabase({ ownerUrl: url, masterKey, embedded: true });
    await database.close();
  });

  it("refuses tables and columns that its migrations do not have, and migrations that this program does not", async () => {
    const url = await empty();
    const unknown = { ownerUrl: url, masterKey, migrations: [...migrations, "9999_future"], replace: false };
    await expect(loadDatabase(unknown)).rejects.toMatchObject({ code: "conflict", message: /newer AgentPod \(it has 9999_future\)/ });
    const load = await loadDatabase({ ...unknown, migrations });
    await expect(load.rows({ schema: "agentpod", name: "nonsense", columns: ["x"] }, Buffer.from("1\n"))).rejects.toMatchObject({
      code: "invalid",
    });
    await load.close();
    const again = await loadDatabase({ ...unknown, migrations });
    const injected = { schema: "agentpod", name: "tenants", columns: ["id) from program 'x' --\""] };
    await expect(again.rows(injected, Buffer.from("1\n"))).rejects.toMatchObject({ code: "invalid" });
    await again.close();
    expect(await lookAtDatabase(url)).toBeNull();
  });

  it.each([1, 2, 3, 4])("of a backup that was made after %i migrations brings its rows up to now", async (count) => {
    const older = await empty();
    const tenant = randomUUID();
    const pod = randomUUID();
    await makeOlder(older, masterKey, count, tenant, pod);
    const from = await dump(older, masterKey);
    expect(from.migrations).toEqual(migrations.slice(0, count));
    const url = await empty();
    const { applied } = await copy(from, { ownerUrl: url, masterKey, migrations: from.migrations, replace: false });
    expect(applied).toEqual(migrations.slice(count));
    expect(await migrate(url, { masterKey })).toEqual({ applied: [] });
    const database = await openDatabase({ ownerUrl: url, masterKey, embedded: true });
    try {
      const [facts] = await database.asSystem((s) => s.pods.facts([pod]));
      expect(facts?.pod).toMatchObject({ tenant: "acme", name: "web", spec: exampleSpec });
      // Newer than any table that a gateway serves, and leading nowhere until it has been looked.
      expect(facts?.routes).toMatchObject([{ hosts: ["web-acme.localhost"], state: "unready", upstreams: [] }]);
      const { version } = await database.asSystem((s) => s.routes.table());
      expect(version).toBeGreaterThan(Date.now() - 60_000);
      expect(await database.asSystem((s) => s.secrets.reveal(pod))).toEqual({ PASSWORD: "kept" });
      expect(await database.asSystem((s) => s.settings.installation())).toBe(tenant);
      expect((await database.asSystem((s) => s.events.latest({}, 10))).map(({ message }) => message)).toContain("long ago");
    } finally {
      await database.close();
    }
    expect(await policiesOf(url)).toEqual(await policiesOf(scratch.ownerUrl));
  });
});

/** Row-level security, policies and rights as the catalog has them, without the names of roles. */
async function policiesOf(url: string): Promise<unknown[]> {
  const name = new URL(url).pathname.slice(1);
  const rows = await query(
    url,
    `select c.oid::regclass::text as t, c.relrowsecurity, c.relforcerowsecurity,
       (select array_agg(a::text order by a::text) from unnest(c.relacl) a) as acl,
       (select array_agg(p.polname || ' ' || p.polcmd::text || ' ' || p.polroles::regrole[]::text || ' ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '')
          || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') order by p.polname) from pg_policy p where p.polrelid = c.oid) as policies,
       (select array_agg(g.tgname || g.tgenabled::text order by g.tgname) from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal) as triggers,
       (select array_agg(a.attname || ':' || a.attacl::text order by a.attname) from pg_attribute a where a.attrelid = c.oid and a.attacl is not null) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname like 'agentpod%' and c.relkind in ('r', 'S') order by 1`,
  );
  return JSON.parse(JSON.stringify(rows).replaceAll(name, "database"));
}

/** What a release of so many migrations left behind: a tenant with a pod, its route, its secret, an event. */
async function makeOlder(url: string, masterKey: MasterKey, count: number, tenant: string, pod: string): Promise<void> {
  const logins = rolesOf(new URL(url).pathname.slice(1), masterKey);
  const owner = await rawClient(url);
  await owner.query("begin");
  await ensureRoles(owner, logins);
  await bringUp(owner, migrationFiles().slice(0, count), logins);
  await owner.query("update agentpod.settings set value = to_jsonb($1::text) where key = 'installation'", [tenant]);
  await owner.query("commit");
  await owner.end();
  const { keyId, ciphertext } = secretBox(masterKey).seal({ pod, name: "PASSWORD" }, "kept");
  const system = Object.assign(new URL(url), { username: logins.system.user, password: logins.system.password }).href;
  const rows: [string, unknown[]][] = [
    ["insert into agentpod.tenants (id, name, quota) values ($1, 'acme', '{}')", [tenant]],
    [
      "insert into agentpod.pods (id, tenant_id, name, inputs, spec, status, server) values ($1, $2, 'web', '{}', $3, $4, 'local')",
      [pod, tenant, exampleSpec, emptyStatus],
    ],
    [
      `insert into agentpod.routes (id, pod_id, tenant_id, index, unit, port, hosts, path, timeout_seconds, drain_seconds, state, upstreams, version)
       values ($1, $2, $3, 0, 'app', 'http', '{web-acme.localhost}', '/', 60, 30, 'serving', '[{"id":"x"}]', 7)`,
      [randomUUID(), pod, tenant],
    ],
    [
      "insert into agentpod.secrets (pod_id, tenant_id, name, revision, key_id, ciphertext) values ($1, $2, 'PASSWORD', 1, $3, $4)",
      [pod, tenant, keyId, ciphertext],
    ],
    [
      "insert into agentpod.events (type, tenant_id, tenant, actor, result, message, data) values ('pod.created', $1, 'acme', 'system', 'ok', 'long ago', '{}')",
      [tenant],
    ],
    ["update agentpod.route_table set version = 7", []],
  ];
  for (const [sql, values] of rows) await query(system, sql, values);
}
