import type { UserStore } from "@agentpod/core/user-store";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { newTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

const users = <T>(work: (store: UserStore) => Promise<T>) => scratch.database.asSystem((store) => work(store.users));
const newUser = (name: string, platformAdmin = false) =>
  users((store) => store.insert({ name, email: `${name}@Example.com`, passwordHash: "hash", platformAdmin, vouched: false }));

async function newSession(userId: string, token: string): Promise<string> {
  const auth = await rawClient(scratch.urlOf(scratch.roles.auth));
  try {
    const { rows } = await auth.query(
      "insert into agentpod_auth.sessions (id, user_id, token, expires_at) values (gen_random_uuid(), $1, $2, now() + interval '1 hour') returning id",
      [userId, token],
    );
    return rows[0].id;
  } finally {
    await auth.end();
  }
}

describe("P9 users", () => {
  it("have one address whatever its case, and it is not taken twice", async () => {
    const ann = await newUser("ann");
    expect(ann).toMatchObject({ email: "ann@example.com", disabledAt: null, twoFactor: false });
    expect(await users((store) => store.findByEmail("ANN@example.com"))).toEqual(ann);
    await expect(newUser("Ann")).rejects.toMatchObject({ code: "conflict" });
  });

  it("that are disabled lose their sessions and rights in the same moment, and get the rights back", async () => {
    const bob = await newUser("bob");
    const tenant = await newTenant(scratch.database, "acme");
    await scratch.database.asTenants([tenant.id], (store) => store.members.put(tenant.id, bob.id, "operator"));
    const session = await newSession(bob.id, "bobs");
    expect(await users((store) => store.findSession(session))).toMatchObject({ userId: bob.id });
    expect(await users((store) => store.access(bob.id))).toMatchObject({ memberships: [{ tenant: "acme", role: "operator" }] });
    await users((store) => store.setDisabled(bob.id, true));
    expect(await users((store) => store.findSession(session))).toBeNull();
    expect(await users((store) => store.access(bob.id))).toBeNull();
    await users((store) => store.setDisabled(bob.id, false));
    expect(await users((store) => store.access(bob.id))).not.toBeNull();
  });

  it("take sessions, memberships and tokens with them", async () => {
    const eve = await newUser("eve");
    const tenant = await newTenant(scratch.database, "eves");
    await scratch.database.asTenants([tenant.id], async (store) => {
      await store.members.put(tenant.id, eve.id, "owner");
      await store.tokens.insert({
        name: "t",
        tenantId: tenant.id,
        ownerId: eve.id,
        permissions: ["pod.read"],
        secretHash: "eves",
        expiresAt: null,
      });
    });
    await newSession(eve.id, "eves");
    await users((store) => store.delete(eve.id));
    expect(await scratch.database.asSystem((store) => store.tokens.findByHash("eves"))).toBeNull();
    expect(await scratch.database.asTenants([tenant.id], (store) => store.members.list(tenant.id))).toEqual([]);
    expect(await users((store) => store.sessions(eve.id))).toEqual([]);
  });

  it("never lose the last admin, by none of the ways, and not by two admins at once", async () => {
    const [one, two] = [await newUser("one", true), await newUser("two", true)];
    const outcome = await Promise.allSettled([
      users((store) => store.setDisabled(one.id, true)),
      users((store) => store.setPlatformAdmin(two.id, false)),
    ]);
    expect(outcome.map((result) => result.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const left = (await users((store) => store.list())).filter((user) => user.platformAdmin && user.disabledAt === null);
    expect(left).toHaveLength(1);
    const last = left[0]?.id ?? "";
    for (const work of [
      (store: UserStore) => store.setDisabled(last, true),
      (store: UserStore) => store.setPlatformAdmin(last, false),
      (store: UserStore) => store.delete(last),
    ])
      await expect(users(work)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("P9 attempts", () => {
  it("are counted together by all who count at once, and begin anew when the window is over", async () => {
    const spend = (windowSeconds = 60) => scratch.database.asSystem((store) => store.attempts.spend("login", 10, windowSeconds));
    const waits = await Promise.all(Array.from({ length: 30 }, () => spend()));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
    expect(waits.filter((wait) => wait > 50 && wait <= 60)).toHaveLength(20);
    const owner = await rawClient(scratch.urlOf(scratch.roles.system));
    await owner.query("update agentpod.attempts set ends_at = now() - interval '1 second'");
    await owner.end();
    expect(await spend()).toBe(0);
  });
});

describe("P9 secrets of the installation", () => {
  it("are kept as they were first given, and sealed", async () => {
    const keep = (value: string) => scratch.database.asSystem((store) => store.platformSecrets.keep("auth", value));
    const kept = await Promise.all([keep("one"), keep("two")]);
    expect(new Set(kept).size).toBe(1);
    const client = await rawClient(scratch.urlOf(scratch.roles.system));
    const { rows } = await client.query("select ciphertext from agentpod.platform_secrets");
    await client.end();
    expect(rows[0].ciphertext.toString("latin1")).not.toContain(kept[0]);
  });
});
