import { randomUUID } from "node:crypto";
import type { Pod } from "@agentpod/core/pod";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
let acme: Tenant;
let pod: Pod;
let twin: Pod;

beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  acme = await newTenant(scratch.database, "acme");
  pod = await newPod(scratch.database, acme, "bot");
  twin = await newPod(scratch.database, acme, "twin");
});
afterAll(() => scratch?.drop());

const give = async (secretHash: string, of = pod, expiresAt = "2100-01-01T00:00:00.000Z"): Promise<string> => {
  const id = randomUUID();
  await scratch.database.asSystem((store) => store.customerAccesses.insert({ id, podId: of.id, tenantId: acme.id, secretHash, expiresAt }));
  return id;
};
const held = (id: string, hash: string) => scratch.database.asSystem((store) => store.customerAccesses.holdByHash(id, hash));
const listed = (of: Pod) =>
  scratch.database.asTenants([acme.id], async (store) => (await store.customerAccesses.list(of.id)).map(({ id }) => id));

describe("A12 what an agent's user may see and reset", () => {
  it("is opened by its own secret alone, and not once it is over", async () => {
    const [one, other] = [await give("one"), await give("other", twin)];
    expect(await held(one, "one")).toMatchObject({ podId: pod.id, mayEnter: false, lastUsedAt: null });
    expect(await held(one, "other")).toBeNull();
    expect(await held(other, "one")).toBeNull();
    const over = await give("over", pod, "2020-01-01T00:00:00.000Z");
    expect(await held(over, "over")).toBeNull();
    expect(await listed(pod)).toEqual([one]);
  });

  it("remembers its use and one entry, and goes one by one, or all but one", async () => {
    const [first, second, foreign] = [await give("first"), await give("second"), await give("foreign", twin)];
    await scratch.database.asSystem(async ({ customerAccesses }) => {
      await customerAccesses.markSeen(first);
      await customerAccesses.setEntry(first, true);
      await customerAccesses.deleteOthers(pod.id, first);
    });
    expect(await held(first, "first")).toMatchObject({ mayEnter: true, lastUsedAt: expect.any(String) });
    expect(await held(second, "second")).toBeNull();
    expect(await held(foreign, "foreign")).not.toBeNull();
    await scratch.database.asTenants([acme.id], async ({ customerAccesses }) => {
      expect(await customerAccesses.delete(twin.id, first)).toBe(false);
      expect(await customerAccesses.delete(pod.id, first)).toBe(true);
    });
    expect(await held(first, "first")).toBeNull();
  });
});
