import type { Store } from "@agentpod/core/store";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleTemplate, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

const all = <T>(work: (store: Store) => Promise<T>) => scratch.database.asTenants("*", work);

describe("A1 tenants", () => {
  it("are inserted once, found by name, and listed by name", async () => {
    const quota = { pods: 3 };
    const tenant = await all((s) => s.tenants.insert({ name: "zeta", quota }));
    expect(tenant).toMatchObject({ name: "zeta", state: "active", quota });
    await newTenant(scratch.database, "alpha");
    await expect(newTenant(scratch.database, "zeta")).rejects.toMatchObject({ code: "conflict" });
    expect(await all((s) => s.tenants.get("zeta"))).toEqual(tenant);
    expect((await all((s) => s.tenants.list())).map((t) => t.name)).toEqual(["alpha", "zeta"]);
    await expect(all((s) => s.tenants.get("none"))).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("C5 templates", () => {
  it("get a version for each change, and none for the same content", async () => {
    const apply = (text: string) => all((s) => s.templates.apply(null, exampleTemplate(text), "system"));
    expect(await apply("one")).toMatchObject({ version: 1, tenantId: null });
    expect(await apply("one")).toMatchObject({ version: 1 });
    const two = await apply("two");
    expect(two).toMatchObject({ version: 2, template: exampleTemplate("two") });
    expect(await all((s) => s.templates.get(null, "shop"))).toEqual(two);
    expect(await all((s) => s.templates.get(null, "shop", 1))).toMatchObject({ version: 1, template: exampleTemplate("one") });
    await expect(all((s) => s.templates.get(null, "shop", 9))).rejects.toMatchObject({ code: "not_found" });
    expect((await all((s) => s.templates.list())).map((t) => t.version)).toEqual([2]);
  });

  it("a tenant's own comes before the system's, for that tenant alone", async () => {
    const tenant = await newTenant(scratch.database, "owner");
    const other = await newTenant(scratch.database, "other");
    const asOwner = <T>(work: (store: Store) => Promise<T>) => scratch.database.asTenants([tenant.id], work);
    const asOther = <T>(work: (store: Store) => Promise<T>) => scratch.database.asTenants([other.id], work);
    const own = await asOwner((s) => s.templates.apply(tenant.id, exampleTemplate("own"), "me"));
    expect(own).toMatchObject({ version: 1, tenantId: tenant.id });
    expect(await asOwner((s) => s.templates.get(tenant.id, "shop"))).toEqual(own);
    expect(await asOther((s) => s.templates.get(other.id, "shop"))).toMatchObject({ tenantId: null, version: 2 });
    expect((await asOther((s) => s.templates.list())).map((t) => t.tenantId)).toEqual([null]);
    await expect(asOther((s) => s.templates.apply(null, exampleTemplate("x"), "me"))).rejects.toMatchObject({ code: "forbidden" });
  });

  it("two that apply at once make two versions", async () => {
    const apply = (text: string) => all((s) => s.templates.apply(null, { ...exampleTemplate(text), name: "race" }, "me"));
    expect((await Promise.all(["a", "b", "c"].map(apply))).map((t) => t.version).sort()).toEqual([1, 2, 3]);
  });
});

describe("P20 artifacts", () => {
  it("are allowed to their tenant, the system's to all", async () => {
    const [one, two] = [await newTenant(scratch.database, "art-one"), await newTenant(scratch.database, "art-two")];
    const insert = (digest: string, tenant: string | null) => all((s) => s.artifacts.insert({ digest, tenant, bytes: 10 }));
    for (const _again of [1, 2]) await insert("sha256:own", one.id);
    await insert("sha256:ours", null);
    const allowed = (digest: string, tenant: string) => scratch.database.asTenants([tenant], (s) => s.artifacts.allowed(digest, tenant));
    expect(await allowed("sha256:own", one.id)).toBe(true);
    expect(await allowed("sha256:own", two.id)).toBe(false);
    expect(await allowed("sha256:ours", two.id)).toBe(true);
    await insert("sha256:own", two.id);
    expect(await allowed("sha256:own", two.id)).toBe(true);
  });
});

describe("P9 tokens", () => {
  it("are found by hash until they expire, and note their use", async () => {
    const insert = (secretHash: string, expiresAt: string | null) =>
      all((s) => s.tokens.insert({ name: secretHash, tenantId: null, permissions: ["pod.read", "pod.exec"], secretHash, expiresAt }));
    const find = (hash: string) => scratch.database.asSystem((s) => s.tokens.findByHash(hash));
    const token = await insert("live", "2999-01-01T00:00:00.000Z");
    await insert("dead", "2001-01-01T00:00:00.000Z");
    expect(await find("live")).toEqual(token);
    expect(token).toMatchObject({ permissions: ["pod.read", "pod.exec"], tenantId: null, lastUsedAt: null });
    expect((await find("live"))?.lastUsedAt).not.toBeNull();
    expect(await find("dead")).toBeNull();
    expect(await find("unknown")).toBeNull();
    await all((s) => s.tokens.delete(token.id));
    expect(await find("live")).toBeNull();
    expect((await all((s) => s.tokens.list())).map((t) => t.name)).toEqual(["dead"]);
    await expect(all((s) => s.tokens.delete(token.id))).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("P23 settings", () => {
  it.each([
    ["text", "12"],
    ["number", 12],
    ["object", { a: ["b", null] }],
    ["null", null],
  ])("a %s comes back as it was set", async (key, value) => {
    await all((s) => s.settings.set(key, "before", "me"));
    await all((s) => s.settings.set(key, value, "me"));
    expect(await all((s) => s.settings.find(key))).toEqual(value);
  });

  it("what was never set is null", async () => {
    expect(await all((s) => s.settings.find("never"))).toBeNull();
  });
});
