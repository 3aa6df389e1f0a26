import type { Pod } from "@agentpod/core/pod";
import type { Tenant } from "@agentpod/core/tenant";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { fullTenant, rawClient } from "./fixture.ts";

/** Every tenant-owned table, and the column that says whose a row is. The first test fails when one is missing here. */
const owned: Record<string, string> = {
  adoptions: "tenant_id",
  alert_channels: "tenant_id",
  alert_deliveries: "tenant_id",
  alert_rules: "tenant_id",
  alerts: "tenant_id",
  allocations: "tenant_id",
  artifacts: "tenant_id",
  backup_schedules: "tenant_id",
  backup_targets: "tenant_id",
  certificates: "tenant_id",
  customer_accesses: "tenant_id",
  deployment_hooks: "tenant_id",
  deployments: "tenant_id",
  dns_providers: "tenant_id",
  domains: "tenant_id",
  events: "tenant_id",
  git_remotes: "tenant_id",
  hand_overs: "tenant_id",
  hook_deliveries: "tenant_id",
  hostnames: "tenant_id",
  invitations: "tenant_id",
  llm_budgets: "tenant_id",
  llm_calls: "tenant_id",
  llm_keys: "tenant_id",
  llm_providers: "tenant_id",
  llm_usage: "tenant_id",
  memberships: "tenant_id",
  metrics: "tenant_id",
  operation_pods: "tenant_id",
  operation_steps: "tenant_id",
  operations: "tenant_id",
  pod_revisions: "tenant_id",
  pods: "tenant_id",
  previews: "tenant_id",
  routes: "tenant_id",
  secrets: "tenant_id",
  template_versions: "tenant_id",
  templates: "tenant_id",
  tenants: "id",
  tokens: "tenant_id",
  tombstones: "tenant_id",
  volume_backups: "tenant_id",
};
const shared = ["migrations", "route_table", "servers", "settings"];
/** Keys of the installation, which the app role has no right to at all. */
const systemOnly = ["acme_accounts", "attempts", "authorities", "event_archives", "event_seals", "platform_secrets"];
/** What belongs to a pod, and so could be hung below another tenant's. */
const ofPod = ["hostnames", "pod_revisions", "routes", "secrets"];

let scratch: ScratchDatabase;
let app: pg.Client;
let owner: pg.Client;
let acme: { tenant: Tenant; pod: Pod };
let bolt: { tenant: Tenant; pod: Pod };

beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  acme = await fullTenant(scratch.database, "acme");
  bolt = await fullTenant(scratch.database, "bolts");
  app = await rawClient(scratch.urlOf(scratch.roles.app));
  owner = await rawClient(scratch.ownerUrl);
});
afterAll(async () => {
  await app?.end();
  await owner?.end();
  await scratch?.drop();
});

async function asTenant<T>(tenants: string, work: () => Promise<T>): Promise<T> {
  await app.query("begin");
  try {
    await app.query("select set_config('app.tenants', $1, true)", [tenants]);
    return await work();
  } finally {
    await app.query("rollback");
  }
}

const asBolt = <T>(work: () => Promise<T>) => asTenant(`{${bolt.tenant.id}}`, work);
const codeOf = (query: Promise<unknown>) =>
  query.then(
    () => "allowed",
    (error: { code: string }) => error.code,
  );
const columnsOf = async (table: string) =>
  (
    await owner.query("select column_name from information_schema.columns where table_schema = 'agentpod' and table_name = $1", [table])
  ).rows.map((r) => r.column_name as string);

describe("P2 row-level security", () => {
  it("is enabled and forced on every table, and this test knows them all", async () => {
    const { rows } = await owner.query(
      `select relname, relrowsecurity and relforcerowsecurity as forced from pg_class
       where relnamespace = 'agentpod'::regnamespace and relkind in ('r', 'p') order by relname`,
    );
    expect(rows.map((r) => r.relname)).toEqual([...Object.keys(owned), ...shared, ...systemOnly].sort());
    expect(rows.filter((r) => !r.forced).map((r) => r.relname)).toEqual(["migrations"]);
  });

  it.each(Object.entries(owned))("%s: a tenant sees its own rows and no others", async (table, column) => {
    const whose = () =>
      asBolt(async () => (await app.query(`select distinct ${column} as id from agentpod.${table} order by 1`)).rows.map((r) => r.id));
    expect(await whose()).toEqual([bolt.tenant.id]);
  });

  it.each(Object.entries(owned))("%s: without a tenant, or with an emptied setting, nothing is seen", async (table, column) => {
    const select = `select ${column} from agentpod.${table}`;
    for (const tenants of ["", "{}"]) expect(await asTenant(tenants, async () => (await app.query(select)).rows)).toEqual([]);
    expect((await app.query(select)).rows).toEqual([]);
  });

  it.each(Object.entries(owned))("%s: another tenant's rows are neither changed nor deleted", async (table, column) => {
    for (const statement of [`update agentpod.${table} set ${column} = ${column}`, `delete from agentpod.${table}`]) {
      const outcome = await asBolt(() =>
        app.query(`${statement} where ${column} = $1`, [acme.tenant.id]).then(
          (r) => `${r.rowCount} rows`,
          (error) => error.code,
        ),
      );
      expect(["0 rows", "42501"]).toContain(outcome);
    }
  });

  it.each(Object.entries(owned))("%s: no row is put under another tenant, by insert or by update", async (table, column) => {
    const columns = (await columnsOf(table)).filter(
      (c) => c !== column && !(table === "events" && ["xid", "id", "at"].includes(c)) && c !== "seq",
    );
    const list = columns.map((c) => `"${c}"`).join(", ");
    const insert = `insert into agentpod.${table} (${column}, ${list}) select $1, ${list} from agentpod.${table}`;
    // A version's trigger, which looks at its template, comes before the policy.
    expect(await asBolt(() => codeOf(app.query(insert, [acme.tenant.id])))).toBe(table === "template_versions" ? "23503" : "42501");
    expect(await asBolt(() => codeOf(app.query(`update agentpod.${table} set ${column} = $1`, [acme.tenant.id])))).toBe("42501");
  });

  it.each(ofPod)("%s: no row of one's own is hung below another tenant's pod", async (table) => {
    const columns = (await columnsOf(table)).filter((c) => c !== "pod_id");
    const list = columns.map((c) => `"${c}"`).join(", ");
    const other: Record<string, string> = {
      host: "'other.example.com'",
      id: "gen_random_uuid()",
      index: "99",
      generation: "99",
      name: "'OTHER'",
    };
    const values = columns.map((c) => other[c] ?? `"${c}"`).join(", ");
    const insert = `insert into agentpod.${table} (pod_id, ${list}) select $1, ${values} from agentpod.${table} limit 1`;
    expect(await asBolt(() => codeOf(app.query(insert, [acme.pod.id])))).toBe("23503");
  });

  it.each(systemOnly)("%s: the app role reads and writes nothing of it, for every tenant either", async (table) => {
    for (const statement of [`select * from agentpod.${table}`, `delete from agentpod.${table}`]) {
      expect(await asTenant("*", () => codeOf(app.query(statement)))).toBe("42501");
    }
  });

  it.each(["adoptions", "alert_channels", "certificates", "dns_providers", "llm_providers"])(
    "%s: the app role does not read what is sealed",
    async (table) => {
      for (const column of ["ciphertext", "key_id"]) {
        expect(await asBolt(() => codeOf(app.query(`select ${column} from agentpod.${table}`)))).toBe("42501");
      }
    },
  );

  it("a template version is not hung below another tenant's template", async () => {
    const { rows } = await asTenant("*", () => app.query("select id from agentpod.templates where tenant_id = $1", [acme.tenant.id]));
    const insert = `insert into agentpod.template_versions (id, template_id, tenant_id, version, template, hash, actor)
      values (gen_random_uuid(), $1, $2, 9, '{}', '', '')`;
    expect(await asBolt(() => codeOf(app.query(insert, [rows[0].id, bolt.tenant.id])))).toBe("23503");
  });

  it("the owner is held too: it sees no tenant's rows", async () => {
    for (const table of Object.keys(owned).filter((t) => !["domains", "hostnames", "templates"].includes(t))) {
      expect((await owner.query(`select * from agentpod.${table}`)).rows).toEqual([]);
    }
  });
});

describe("P2 stores under a tenant", () => {
  it("another tenant's pod is not there: not found by name or id, and not changed", async () => {
    const asBoltStore = <T>(work: Parameters<typeof scratch.database.asTenants<T>>[1]) =>
      scratch.database.asTenants([bolt.tenant.id], work);
    expect(await asBoltStore((s) => s.pods.find("acme", "web"))).toBeNull();
    await expect(asBoltStore((s) => s.pods.getById(acme.pod.id))).rejects.toMatchObject({ code: "not_found" });
    await expect(asBoltStore((s) => s.pods.setDesired(acme.pod.id, "deleted"))).rejects.toMatchObject({ code: "not_found" });
    await expect(asBoltStore((s) => s.secrets.put(acme.pod.id, "A", "b"))).rejects.toMatchObject({ code: "not_found" });
    await expect(asBoltStore((s) => s.routes.replace(acme.pod.id, []))).rejects.toMatchObject({ code: "not_found" });
    expect(await asBoltStore((s) => s.secrets.reveal(acme.pod.id))).toEqual({});
    expect((await asBoltStore((s) => s.events.latest({}, 100))).map((e) => e.message)).toEqual(["event of bolts"]);
    expect((await asBoltStore((s) => s.pods.list({}))).map((p) => p.tenant)).toEqual(["bolts"]);
  });

  it("platform things are refused to it", async () => {
    const asBoltStore = <T>(work: Parameters<typeof scratch.database.asTenants<T>>[1]) =>
      scratch.database.asTenants([bolt.tenant.id], work);
    await expect(asBoltStore((s) => s.tenants.insert({ name: "new", quota: {} }))).rejects.toMatchObject({ code: "forbidden" });
    await expect(asBoltStore((s) => s.settings.set("a", 1, "x"))).rejects.toMatchObject({ code: "forbidden" });
    const token = { name: "all", tenantId: null, permissions: [], secretHash: "all", expiresAt: null };
    await expect(asBoltStore((s) => s.tokens.insert(token))).rejects.toMatchObject({ code: "forbidden" });
    expect(await asBoltStore((s) => s.settings.installation())).toMatch(/^[0-9a-f-]{36}$/);
  });
});
