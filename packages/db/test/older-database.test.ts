import { randomBytes, randomUUID } from "node:crypto";
import { roles } from "@agentpod/core/permission";
import { emptyStatus } from "@agentpod/core/status";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ensureRoles } from "../src/ensure-roles.ts";
import { keyOf } from "../src/master-key.ts";
import { migrate } from "../src/migrate.ts";
import { migrationFiles } from "../src/migration-files.ts";
import { openDatabase } from "../src/open-database.ts";
import { rolesOf } from "../src/roles.ts";
import { secretBox } from "../src/secret-box.ts";
import { emptyDatabase } from "../src/testing/scratch-database.ts";
import { exampleSpec, rawClient } from "./fixture.ts";

const masterKey = { current: keyOf(randomBytes(32)), older: [] };
let empty: Awaited<ReturnType<typeof emptyDatabase>>;
beforeAll(async () => {
  empty = await emptyDatabase(inject("serverUrl"));
});
afterAll(() => empty?.drop());

const [tenant, pod, route] = [randomUUID(), randomUUID(), randomUUID()];

/** All that there was to do at first. */
const oldPlatform = roles.platform.filter(
  (permission) => !/^(alert|domain|certificate|member|user)\.|^platform\.(gateway|settings)$/.test(permission),
);

/** What the first release left behind: its one migration, and a tenant with a running pod. */
async function firstRelease(): Promise<void> {
  const logins = rolesOf(new URL(empty.url).pathname.slice(1), masterKey);
  const owner = await rawClient(empty.url);
  await owner.query("begin");
  await ensureRoles(owner, logins);
  const [first] = migrationFiles();
  const name = (role: string) => pg.escapeIdentifier(role);
  await owner.query(
    (first?.sql ?? "").replaceAll('"agentpod_app"', name(logins.app.user)).replaceAll('"agentpod_system"', name(logins.system.user)),
  );
  await owner.query("create table agentpod.migrations (tag text primary key, applied_at timestamptz not null default now())");
  await owner.query("insert into agentpod.migrations (tag) values ($1)", [first?.tag]);
  await owner.query(`insert into agentpod.settings (key, value, actor) values ('installation', to_jsonb($1::text), 'system')`, [tenant]);
  await owner.query("commit");
  await owner.end();

  const system = await rawClient(
    Object.assign(new URL(empty.url), { username: logins.system.user, password: logins.system.password }).href,
  );
  const { keyId, ciphertext } = secretBox(masterKey).seal({ pod, name: "PASSWORD" }, "kept");
  const rows: [string, unknown[]][] = [
    ["insert into agentpod.tenants (id, name, quota) values ($1, 'acme', '{}')", [tenant]],
    [
      "insert into agentpod.tokens (id, name, permissions, secret_hash) values (gen_random_uuid(), 'cli', $1, 'of the admin')",
      [oldPlatform],
    ],
    [
      "insert into agentpod.tokens (id, name, tenant_id, permissions, secret_hash) values (gen_random_uuid(), 'ci', $1, $2, 'of acme')",
      [tenant, ["pod.read", "token.manage"]],
    ],
    [
      "insert into agentpod.pods (id, tenant_id, name, inputs, spec, status, server) values ($1, $2, 'web', '{}', $3, $4, 'local')",
      [pod, tenant, exampleSpec, emptyStatus],
    ],
    ["insert into agentpod.hostnames (host, pod_id, tenant_id) values ('web-acme.localhost', $1, $2)", [pod, tenant]],
    [
      `insert into agentpod.routes (id, pod_id, tenant_id, index, unit, port, hosts, path, timeout_seconds, drain_seconds, state, version)
       values ($1, $2, $3, 0, 'app', 'http', '{web-acme.localhost}', '/', 60, 30, 'serving', 7)`,
      [route, pod, tenant],
    ],
    [
      "insert into agentpod.secrets (pod_id, tenant_id, name, revision, key_id, ciphertext) values ($1, $2, 'PASSWORD', 1, $3, $4)",
      [pod, tenant, keyId, ciphertext],
    ],
    ["update agentpod.route_table set version = 7", []],
  ];
  for (const [sql, values] of rows) await system.query(sql, values);
  await system.end();
}

describe("P17 an older database", () => {
  it("is brought up with its rows: routes without policies, never woken, and their secrets readable", async () => {
    await firstRelease();
    const { applied } = await migrate(empty.url, { masterKey });
    expect(applied).toEqual(
      migrationFiles()
        .slice(1)
        .map((file) => file.tag),
    );
    const database = await openDatabase({ ownerUrl: empty.url, masterKey, embedded: true });
    try {
      const [facts] = await database.asSystem((s) => s.pods.facts([pod]));
      expect(facts?.pod).toMatchObject({ tenant: "acme", name: "web", desired: "running", spec: exampleSpec });
      expect(facts?.routes).toMatchObject([
        {
          id: route,
          hosts: ["web-acme.localhost"],
          policies: null,
          split: null,
          wake: false,
          wakeSeconds: 60,
          state: "serving",
          version: 7,
        },
      ]);
      expect(await database.asSystem((s) => s.secrets.reveal(pod))).toEqual({ PASSWORD: "kept" });
      expect(await database.asSystem((s) => s.routes.table())).toMatchObject({ version: 7, routes: [{ id: route, holdSeconds: 10 }] });
      expect(await database.asSystem((s) => s.settings.installation())).toBe(tenant);
      const admin = await database.asSystem((s) => s.tokens.findByHash("of the admin"));
      expect(admin).toMatchObject({ ownerId: null, tenantId: null });
      expect(admin?.permissions.toSorted()).toEqual(roles.platform.toSorted());
      expect(await database.asSystem((s) => s.tokens.findByHash("of acme"))).toMatchObject({ permissions: ["pod.read", "token.manage"] });
      const domain = await database.asTenants([tenant], (s) => s.domains.insert({ tenantId: tenant, name: "example.com", token: "t" }));
      expect(domain.state).toBe("pending");
      expect(await database.asTenants([tenant], (s) => s.pods.setDesired(pod, "sleeping"))).toMatchObject({
        desired: "sleeping",
        generation: 2,
      });
    } finally {
      await database.close();
    }
  });
});
