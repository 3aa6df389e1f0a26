import { randomUUID } from "node:crypto";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleOperation, examplePreview, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
let tenant: Tenant;
let pod: Pod;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  tenant = await newTenant(scratch.database, "acme");
  pod = await newPod(scratch.database, tenant, "shop");
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>): Promise<T> => scratch.database.asSystem(work);
const asTenant = <T>(work: (store: Store) => Promise<T>): Promise<T> => scratch.database.asTenants([pod.tenantId], work);
const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);
const daysLeft = ({ expiresAt }: { expiresAt: string }) => Math.round((Date.parse(expiresAt) - Date.now()) / 86_400_000);

describe("C8 previews", () => {
  it("each deployment begins its time anew; what it is of stays", async () => {
    const first = await asTenant((s) => s.previews.put(examplePreview(pod)));
    expect([first.name, first.project, daysLeft(first), first.copiedAt]).toEqual(["shop-new", "shop", 3, null]);
    await system((s) => s.previews.markCopied(pod.tenantId, "shop-new"));
    const second = await asTenant((s) => s.previews.put({ ...examplePreview(pod), database: "copy", ttlSeconds: 5 * 86_400 }));
    expect([second.database, daysLeft(second), second.createdAt]).toEqual(["empty", 5, first.createdAt]);
    expect(second.copiedAt).not.toBeNull();
    const longer = await asTenant((s) => s.previews.extend(pod.tenantId, "shop-new", 9 * 86_400));
    expect(longer && daysLeft(longer)).toBe(9);
    expect(await asTenant((s) => s.previews.extend(pod.tenantId, "absent", 60))).toBeNull();
    expect(await asTenant((s) => s.previews.find(pod.tenantId, "shop"))).toBeNull();
    expect(names(await asTenant((s) => s.previews.list({ tenant: "acme", project: "shop" })))).toEqual(["shop-new"]);
    expect(await asTenant((s) => s.previews.list({ project: "other" }))).toEqual([]);
  });

  it("is taken by one alone once its time is over, and again where what takes it away came to nothing", async () => {
    const over = { ...examplePreview(pod), name: "shop-old", preview: "old", ttlSeconds: -1 };
    await system((s) => s.previews.put(over));
    await system(async (s) => {
      expect(names(await s.previews.takeExpired())).toEqual(["shop-old"]);
      expect(await system((other) => other.previews.takeExpired())).toEqual([]);
    });
    const operation = exampleOperation(tenant, [], "test.end");
    await system(async (s) => {
      await s.operations.insert({ ...operation, id: randomUUID() });
      const { id } = await s.operations.insert(operation);
      await s.previews.setEndedBy(pod.tenantId, "shop-old", id);
    });
    expect((await system((s) => s.previews.find(pod.tenantId, "shop-old")))?.endedBy).toBe(operation.id);
    expect(await system((s) => s.previews.takeExpired())).toEqual([]);
    await system((s) => s.operations.cancel(operation.id, "token:test"));
    expect(names(await system((s) => s.previews.takeExpired()))).toEqual(["shop-old"]);
    await system((s) => s.previews.delete(pod.tenantId, "shop-old"));
    expect(await system((s) => s.previews.takeExpired())).toEqual([]);
  });
});
