import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

const codeOf = (query: Promise<unknown>) =>
  query.then(
    () => "allowed",
    (error: { code: string }) => error.code,
  );

describe("P2 the roles that serve", () => {
  it("the server says which role it is, and that it cannot bypass row-level security", async () => {
    expect(await scratch.database.info()).toMatchObject({ embedded: true, role: scratch.roles.app.user, bypassesRls: false });
  });

  it.each(["app", "system", "auth", "dbos"] as const)("%s becomes no other role, owns nothing, and switches nothing off", async (name) => {
    const client = await rawClient(scratch.urlOf(scratch.roles[name]));
    try {
      const owner = new URL(scratch.ownerUrl).username;
      const other = name === "app" ? scratch.roles.system.user : scratch.roles.app.user;
      for (const role of [owner, other, "postgres"]) expect(await codeOf(client.query(`set role ${role}`))).toBe("42501");
      expect(await codeOf(client.query("alter table agentpod.pods disable row level security"))).toBe("42501");
      expect(await codeOf(client.query("drop policy pods_app on agentpod.pods"))).toBe("42501");
      expect(await codeOf(client.query("create table agentpod.mine (a int)"))).toBe("42501");
      expect(await codeOf(client.query("set session_replication_role = replica"))).toBe("42501");
      const { rows } = await client.query(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user",
      );
      expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false }]);
    } finally {
      await client.end();
    }
  });

  it("P9 passwords, session tokens and second factors are read by the login library's role alone, and it reads nothing else", async () => {
    const tryAll = async (login: { user: string; password: string }, statements: string[]) => {
      const client = await rawClient(scratch.urlOf(login));
      try {
        return await Promise.all(statements.map((statement) => codeOf(client.query(statement))));
      } finally {
        await client.end();
      }
    };
    const sensitive = [
      "select password from agentpod_auth.accounts",
      "select access_token from agentpod_auth.accounts",
      "select token from agentpod_auth.sessions",
      "update agentpod_auth.sessions set token = 'x'",
      "insert into agentpod_auth.sessions (token) values ('x')",
      "select secret from agentpod_auth.two_factors",
      "select * from agentpod_auth.signing_keys",
      "select * from agentpod_auth.verifications",
    ];
    const { app, system, auth } = scratch.roles;
    expect(new Set(await tryAll(app, [...sensitive, "select id from agentpod_auth.users"]))).toEqual(new Set(["42501"]));
    expect(new Set(await tryAll(system, sensitive))).toEqual(new Set(["42501"]));
    const own = ["pods", "tenants", "tokens", "events", "settings", "platform_secrets"].map((table) => `select * from agentpod.${table}`);
    expect(new Set(await tryAll(auth, own))).toEqual(new Set(["42501"]));
    expect(
      await tryAll(
        auth,
        sensitive.filter((statement) => statement.startsWith("select")),
      ),
    ).not.toContain("42501");
  });

  it("P10 neither role changes or deletes an event, or says where in the order it stands", async () => {
    for (const login of [scratch.roles.app, scratch.roles.system]) {
      const client = await rawClient(scratch.urlOf(login));
      try {
        expect(await codeOf(client.query("update agentpod.events set message = 'x'"))).toBe("42501");
        expect(await codeOf(client.query("delete from agentpod.events"))).toBe("42501");
        expect(await codeOf(client.query("truncate agentpod.events"))).toBe("42501");
        const insert = "insert into agentpod.events (xid, type, actor, result, message, data) values ('1', 't', 'a', 'ok', 'm', '{}')";
        expect(await codeOf(client.query(insert))).toBe("42501");
      } finally {
        await client.end();
      }
    }
  });

  it("the app role does not write what the reconciler alone writes", async () => {
    const client = await rawClient(scratch.urlOf(scratch.roles.app));
    try {
      for (const statement of [
        "update agentpod.pods set status = '{}'",
        "update agentpod.pods set lease_owner = 'me'",
        "delete from agentpod.pods",
        "insert into agentpod.allocations (server) values ('local')",
        "insert into agentpod.tombstones (tenant) values ('x')",
      ]) {
        expect([statement, await codeOf(client.query(statement))]).toEqual([statement, "42501"]);
      }
    } finally {
      await client.end();
    }
  });
});
