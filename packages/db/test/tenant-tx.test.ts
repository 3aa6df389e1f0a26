import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { connectionTarget, loginConfig } from "../src/connection-config.ts";
import { asTenants, type Tx } from "../src/tenant-tx.ts";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { newPod, newTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  // One connection, so that every transaction reuses it.
  pool = new pg.Pool({ ...loginConfig(connectionTarget(scratch.ownerUrl), scratch.roles.app, "test"), max: 1 });
  pool.on("error", () => undefined);
});
afterAll(async () => {
  await pool?.end();
  await scratch?.drop();
});

const seen = async ({ db }: Tx) => (await db.execute(sql`select name from agentpod.tenants order by name`)).rows.map((r) => r.name);

describe("P2 a transaction's tenants", () => {
  it("never survive it on a reused connection, however it ends", async () => {
    const acme = await newTenant(scratch.database, "acme");
    await newTenant(scratch.database, "bolt");
    expect(await asTenants(pool, "*", seen)).toEqual(["acme", "bolt"]);
    expect(await asTenants(pool, [], seen)).toEqual([]);
    expect(await asTenants(pool, [acme.id], seen)).toEqual(["acme"]);
    await expect(asTenants(pool, "*", () => Promise.reject(new Error("stop")))).rejects.toThrow("stop");
    const bare = await pool.connect();
    expect((await bare.query("select name from agentpod.tenants")).rows).toEqual([]);
    bare.release();
    expect(await asTenants(pool, [], seen)).toEqual([]);
  });

  it("a query made after the end is refused, not run in the next one's transaction", async () => {
    let kept: Tx | undefined;
    await asTenants(pool, "*", async (tx) => {
      kept = tx;
    });
    await expect(seen(kept as Tx)).rejects.toThrow();
    expect(await asTenants(pool, [], seen)).toEqual([]);
  });

  it("says so when an error was swallowed and nothing was kept", async () => {
    const work = asTenants(pool, "*", async ({ db }) => {
      await db.execute(sql`select 1 / 0`).catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ code: "internal" });
  });

  it("refuses what is no tenant id", async () => {
    await expect(asTenants(pool, ["*"], seen)).rejects.toMatchObject({ code: "internal" });
  });

  it("P8 no value of a query comes with its error", async () => {
    const failure = await asTenants(pool, "*", ({ db }) => db.execute(sql`select ${"hunter2"}::int`)).catch((error) => error);
    expect(failure).toMatchObject({ code: "invalid" });
    for (let error = failure; error instanceof Error; error = error.cause) {
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain("hunter2");
    }
  });
});

describe("P5 a database that goes away", () => {
  it("fails the work with unavailable, and serves again when it is back", async () => {
    const tenant = await newTenant(scratch.database, "crash");
    await newPod(scratch.database, tenant, "web");
    const system = await rawClient(scratch.urlOf(scratch.roles.app));
    const work = scratch.database.asTenants("*", async (store) => {
      await store.tenants.list();
      await system.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()");
      return store.tenants.list();
    });
    await expect(work).rejects.toMatchObject({ code: "unavailable" });
    await system.end();
    expect((await scratch.database.asTenants([tenant.id], (s) => s.pods.list({}))).map((p) => p.name)).toEqual(["web"]);
  });
});
