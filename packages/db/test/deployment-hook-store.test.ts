import { randomUUID } from "node:crypto";
import type { Pod } from "@agentpod/core/pod";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleDelivery, exampleHook, exampleHookSecrets, newPod, newTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
let pod: Pod;
const system = <T>(work: Parameters<typeof scratch.database.asSystem<T>>[0]) => scratch.database.asSystem(work);
const asAcme = <T>(work: Parameters<typeof scratch.database.asSystem<T>>[0]) => scratch.database.asTenants([pod.tenantId], work);

beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  pod = await newPod(scratch.database, await newTenant(scratch.database, "acme"), "web");
});
afterAll(() => scratch?.drop());

describe("C3 hooks of deployments", () => {
  it("keep secret and credentials sealed: not even their own tenant's role reads them", async () => {
    const { id } = await asAcme((s) => s.deploymentHooks.insert(exampleHook(pod), exampleHookSecrets));
    const found = await asAcme((s) => s.deploymentHooks.get(pod.tenantId, pod.name, id));
    expect(found).toMatchObject({ branch: "main", kind: "github", refusedAt: null });
    expect(JSON.stringify(found)).not.toContain("secret");
    await expect(asAcme((s) => s.deploymentHooks.open(id))).rejects.toThrow();
    expect((await system((s) => s.deploymentHooks.open(id)))?.secrets).toEqual(exampleHookSecrets);
    expect(await system((s) => s.deploymentHooks.open(randomUUID()))).toBeNull();
    const client = await rawClient(scratch.ownerUrl);
    const { rows } = await client.query("select row_to_json(h)::text as row from agentpod.deployment_hooks h");
    await client.end();
    expect(JSON.stringify(rows)).not.toContain("git token");
    await system((s) => s.deploymentHooks.markRefused(id));
    expect((await asAcme((s) => s.deploymentHooks.list(pod.tenantId, pod.name)))[0]?.refusedAt).toEqual(expect.any(String));
  });

  it("take each delivery once, by its name and by what it said, and forget the oldest of many", async () => {
    const { id } = await asAcme((s) => s.deploymentHooks.insert({ ...exampleHook(pod), name: "busy" }, exampleHookSecrets));
    const take = (sentAs: string | null, digest: string) =>
      system((s) => s.deploymentHooks.insertDelivery(exampleDelivery(id, sentAs), pod.tenantId, digest));
    const first = await take("one", "a");
    expect(first).toMatchObject({ sentAs: "one", outcome: "fetching", deployment: null });
    expect([await take("one", "b"), await take("two", "a")]).toEqual([null, null]);
    await system((s) => s.deploymentHooks.updateDelivery(first?.id ?? "", { outcome: "queued", deployment: 3, message: "Queued." }));
    expect(await asAcme((s) => s.deploymentHooks.deliveries(id, 5))).toMatchObject([{ outcome: "queued", deployment: 3 }]);
    for (let i = 0; i < 205; i++) await take(null, `of ${i}`);
    const kept = await asAcme((s) => s.deploymentHooks.deliveries(id, 1000));
    expect([kept.length, kept.some((one) => one.sentAs === "one")]).toEqual([200, false]);
    await asAcme((s) => s.deploymentHooks.delete(pod.tenantId, "busy", id));
    expect(await system((s) => s.deploymentHooks.deliveries(id, 10))).toEqual([]);
    await expect(asAcme((s) => s.deploymentHooks.delete(pod.tenantId, "busy", id))).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("C3 remotes of applications", () => {
  it("remember what was last taken, of one application at a time", async () => {
    const at = { tenantId: pod.tenantId, name: "shop" };
    expect(await asAcme((s) => s.gitRemotes.find(pod.tenantId, "shop"))).toBeNull();
    await asAcme((s) => s.gitRemotes.put({ ...at, branch: "main", commit: "a".repeat(40) }));
    await asAcme((s) => s.gitRemotes.put({ ...at, branch: "main", commit: "b".repeat(40) }));
    expect(await asAcme((s) => s.gitRemotes.find(pod.tenantId, "shop"))).toMatchObject({ branch: "main", commit: "b".repeat(40) });
    expect(await system((s) => s.gitRemotes.list())).toHaveLength(1);
    await asAcme((s) => s.gitRemotes.delete(pod.tenantId, "shop"));
    expect(await system((s) => s.gitRemotes.list())).toEqual([]);
  });
});
