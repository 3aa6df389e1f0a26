import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleAdoption, exampleKept, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

describe("A8 adopted containers in the database", () => {
  it("each is one pod's, known by its id, with what it keeps encrypted", async () => {
    const { database } = scratch;
    const acme = await newTenant(database, "acme");
    const other = await newTenant(database, "other");
    const [one, two, plain] = await Promise.all(["one", "two", "plain"].map((name) => newPod(database, acme, name)));
    if (!one || !two || !plain) throw new Error("no pods");
    const adopt = (pod: typeof one, container: string) =>
      database.asTenants([acme.id], (store) => store.adoptions.insert(exampleAdoption(pod, container), exampleKept(container)));
    await adopt(one, "c1");
    await expect(adopt(two, "c1")).rejects.toMatchObject({ code: "conflict" });
    await expect(adopt(one, "c2")).rejects.toMatchObject({ code: "conflict" });
    await adopt(two, "c2");

    const [facts, unadopted] = await database.asSystem((store) => store.pods.facts([one.id, plain.id]));
    expect(facts?.adoption).toMatchObject({ ...exampleAdoption(one, "c1"), tenant: "acme", name: "one", isReleasing: false });
    expect(unadopted).not.toHaveProperty("adoption");
    expect(await database.asSystem((store) => store.adoptions.kept(one.id))).toEqual(exampleKept("c1"));
    expect(await database.asSystem((store) => store.adoptions.kept(plain.id))).toBeNull();
    expect(await database.asTenants([other.id], (store) => store.adoptions.list())).toEqual([]);
    expect(await database.asTenants([other.id], (store) => store.adoptions.find(one.id))).toBeNull();

    await database.asTenants([acme.id], (store) => store.adoptions.markReleasing(one.id));
    expect((await database.asSystem((store) => store.adoptions.list())).map((unit) => [unit.name, unit.isReleasing])).toEqual([
      ["one", true],
      ["two", false],
    ]);
    await database.asSystem((store) => store.pods.forget(one.id));
    expect((await database.asSystem((store) => store.adoptions.list())).map((unit) => unit.name)).toEqual(["two"]);
    // Given back, it may be adopted anew.
    await adopt(plain, "c1");
  });
});
