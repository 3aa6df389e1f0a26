import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { keyOf } from "../src/master-key.ts";
import { migrate } from "../src/migrate.ts";
import { migrationFiles } from "../src/migration-files.ts";
import { openDatabase } from "../src/open-database.ts";
import { rolesOf } from "../src/roles.ts";
import { emptyDatabase } from "../src/testing/scratch-database.ts";
import { newTenant, rawClient } from "./fixture.ts";

const masterKey = { current: keyOf(randomBytes(32)), older: [] };
let empty: Awaited<ReturnType<typeof emptyDatabase>>;
beforeAll(async () => {
  empty = await emptyDatabase(inject("serverUrl"));
});
afterAll(() => empty?.drop());

describe("P17 migrations", () => {
  it("two control planes that start together on an empty database: one applies, both can serve", async () => {
    const outcomes = await Promise.all([1, 2].map(() => migrate(empty.url, { masterKey })));
    expect(outcomes.map((o) => o.applied.length).sort()).toEqual([0, migrationFiles().length]);
  });

  it("again: nothing is applied, and what is there stays", async () => {
    const open = () => openDatabase({ ownerUrl: empty.url, masterKey, embedded: false });
    const database = await open();
    await newTenant(database, "acme");
    const installation = await database.asSystem((s) => s.settings.installation());
    expect(await migrate(empty.url, { masterKey })).toEqual({ applied: [] });
    expect(await database.asSystem((s) => s.settings.installation())).toBe(installation);
    await database.close();
    const again = await open();
    expect((await again.asTenants("*", (s) => s.tenants.list())).map((t) => t.name)).toEqual(["acme"]);
    await again.close();
  });

  it("a database newer than the code is refused, and left as it is", async () => {
    const owner = await rawClient(empty.url);
    await owner.query("insert into agentpod.migrations (tag) values ('9999_future')");
    await expect(migrate(empty.url, { masterKey })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("newer AgentPod"),
    });
    await owner.query("delete from agentpod.migrations where tag = '9999_future'");
    await owner.end();
  });

  it("a role that was given membership in another is refused", async () => {
    const { app, system } = rolesOf(new URL(empty.url).pathname.slice(1), masterKey);
    const owner = await rawClient(empty.url);
    await owner.query(`grant ${system.user} to ${app.user}`);
    await expect(migrate(empty.url, { masterKey })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(app.user) });
    await owner.query(`revoke ${system.user} from ${app.user}`);
    await owner.end();
    await migrate(empty.url, { masterKey });
  });

  it("with another master key: refused until migrated with it", async () => {
    const other = { current: keyOf(randomBytes(32)), older: [] };
    const open = () => openDatabase({ ownerUrl: empty.url, masterKey: other, embedded: false });
    await expect(open()).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("master key") });
    await migrate(empty.url, { masterKey: other });
    await (await open()).close();
    await migrate(empty.url, { masterKey });
  });
});

describe("P2 a database that cannot be used is said so", () => {
  it("not migrated, not there, or a URL that is none", async () => {
    const bare = await emptyDatabase(inject("serverUrl"));
    await expect(openDatabase({ ownerUrl: bare.url, masterKey, embedded: false })).rejects.toMatchObject({ code: "unavailable" });
    await bare.drop();
    await expect(migrate(bare.url, { masterKey })).rejects.toMatchObject({ code: "unavailable" });
    const nobody = "postgresql://u:hunter2@localhost/db?host=/nonexistent";
    await expect(migrate(nobody, { masterKey })).rejects.toMatchObject({ code: "unavailable" });
    const failure = await migrate("postgresql://u:hunter2@[/", { masterKey }).catch((error) => error);
    expect(failure).toMatchObject({ code: "invalid" });
    expect(JSON.stringify([failure.message, failure.stack, failure.cause])).not.toContain("hunter2");
  });
});
