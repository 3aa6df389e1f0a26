import type { Pod } from "@agentpod/core/pod";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
let acme: Tenant;
let pod: Pod;

beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  acme = await newTenant(scratch.database, "acme");
  pod = await newPod(scratch.database, acme, "bot");
});
afterAll(() => scratch?.drop());

const later = "2100-01-01T00:00:00.000Z";
const put = (secretHash: string, expiresAt = later) =>
  scratch.database.asTenants([acme.id], (store) =>
    store.handOvers.put({ podId: pod.id, tenantId: acme.id, secretHash, createdBy: "token:test", expiresAt }),
  );
const held = (hash: string) => scratch.database.asSystem((store) => store.handOvers.holdByHash(hash));

describe("A2 hand-over links", () => {
  it("a pod has one: a new one makes the earlier worth nothing", async () => {
    await put("one");
    expect(await held("one")).toMatchObject({ podId: pod.id, expiresAt: later, usedAt: null });
    await put("two");
    expect(await held("one")).toBeNull();
    expect(await held("two")).toMatchObject({ podId: pod.id });
  });

  it("is used once, unless what it was used for failed", async () => {
    await put("once");
    const mark = (hash: string, isUsed: boolean) => scratch.database.asSystem((store) => store.handOvers.markUsed(pod.id, hash, isUsed));
    await mark("once", true);
    expect(await held("once")).toBeNull();
    expect((await scratch.database.asSystem((store) => store.handOvers.find(pod.id)))?.usedAt).not.toBeNull();
    await mark("once", false);
    expect(await held("once")).not.toBeNull();
    await put("newer");
    await mark("once", true);
    expect(await held("newer")).not.toBeNull();
  });

  it("is over after its time, and gone with its pod or when it is taken back", async () => {
    await put("over", "2020-01-01T00:00:00.000Z");
    expect(await held("over")).toBeNull();
    await put("back");
    await scratch.database.asSystem((store) => store.handOvers.delete(pod.id));
    expect(await held("back")).toBeNull();
    await put("last");
    await scratch.database.asSystem((store) => store.pods.forget(pod.id));
    expect(await held("last")).toBeNull();
  });

  it("two who use it at once wait for each other", async () => {
    pod = await newPod(scratch.database, acme, "other");
    await put("race");
    const use = () =>
      scratch.database.asSystem(async (store) => {
        const found = await store.handOvers.holdByHash("race");
        if (found !== null) await store.handOvers.markUsed(pod.id, "race", true);
        return found !== null;
      });
    expect((await Promise.all([use(), use(), use()])).filter(Boolean)).toEqual([true]);
  });
});
