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

  it.each(["app", "system"] as const)("%s becomes no other role, owns nothing, and switches nothing off", async (name) => {
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
