import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { emptyStatus } from "@agentpod/core/status";
import type { Store } from "@agentpod/core/store";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleRoute, exampleSpec, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const made = async (name: string) => newPod(scratch.database, await newTenant(scratch.database, name), "web");

describe("A2 pods as stored", () => {
  it("a new pod is to run, at generation 1, with its first revision", async () => {
    const pod = await made("fresh");
    expect(pod).toMatchObject({ tenant: "fresh", name: "web", desired: "running", generation: 1, restarts: 0, server: "local" });
    expect(pod.spec).toEqual(exampleSpec);
    expect(pod.status).toEqual(emptyStatus);
    expect(await system((s) => s.pods.revisions(pod.id))).toMatchObject([{ generation: 1, actor: "token:test", template: null }]);
    expect(await system((s) => s.pods.get("fresh", "web"))).toEqual(pod);
  });

  it("a taken name is a conflict that leaves the transaction usable", async () => {
    const pod = await made("twice");
    const outcome = await system(async (s) => {
      const failure = await s.pods.insert({ ...pod, id: randomUUID(), actor: "a" }).catch((error) => error);
      return { failure, count: (await s.pods.list({ tenant: "twice" })).length };
    });
    expect(outcome.failure).toMatchObject({ code: "conflict", message: "Pod twice/web already exists: choose another name." });
    expect(outcome.count).toBe(1);
  });

  it("each change of intent is a generation; only a change of spec is a revision", async () => {
    const pod = await made("changes");
    const template = { name: "shop", version: 2 };
    const spec = { ...exampleSpec, egress: "none" as const };
    const updated = await system((s) =>
      s.pods.updateSpec(pod.id, { spec, inputs: { a: 1 }, template, actor: "me", expectedGeneration: 1 }),
    );
    expect(updated).toMatchObject({ generation: 2, spec, inputs: { a: 1 }, template });
    expect(await system((s) => s.pods.setDesired(pod.id, "stopped"))).toMatchObject({ generation: 3, desired: "stopped" });
    expect(await system((s) => s.pods.restart(pod.id))).toMatchObject({ generation: 4, restarts: 1 });
    expect((await system((s) => s.pods.revisions(pod.id))).map((r) => r.generation)).toEqual([1, 2]);
    const late = system((s) => s.pods.updateSpec(pod.id, { spec, inputs: {}, template, actor: "me", expectedGeneration: 2 }));
    await expect(late).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("generation 4, not 2") });
  });

  it("A18 a sleeping pod has since when and until when, set by whoever may write it; any other intent takes both away", async () => {
    const pod = await made("sleeps");
    const wakeAt = "2027-01-01T03:00:00.000Z";
    const asAcme = <T>(work: (store: Store) => Promise<T>) => scratch.database.asTenants([pod.tenantId], work);
    expect(pod.asleep).toBeNull();
    const asleep = await asAcme((s) => s.pods.setDesired(pod.id, "sleeping", undefined, pod.generation, wakeAt));
    expect(asleep.asleep).toEqual({ since: expect.stringMatching(/^\d{4}-.*Z$/), wakeAt });
    expect((await system((s) => s.pods.facts([pod.id])))[0]?.pod.asleep).toEqual(asleep.asleep);
    expect((await asAcme((s) => s.pods.setDesired(pod.id, "running", undefined, undefined, wakeAt))).asleep).toBeNull();
    expect((await asAcme((s) => s.pods.setDesired(pod.id, "sleeping"))).asleep).toMatchObject({ wakeAt: null });
    expect((await system((s) => s.pods.setDesired(pod.id, "stopped"))).asleep).toBeNull();
  });

  it("a pod that is being deleted stays so", async () => {
    const pod = await made("deleted");
    expect(await system((s) => s.pods.setDesired(pod.id, "deleted", true))).toMatchObject({ desired: "deleted", keepData: true });
    await expect(system((s) => s.pods.setDesired(pod.id, "running"))).rejects.toMatchObject({ code: "conflict" });
    await expect(system((s) => s.pods.restart(pod.id))).rejects.toMatchObject({ code: "conflict" });
  });

  it("a tenant that is being deleted takes no pods, and goes only without any", async () => {
    const pod = await made("leaving");
    await system((s) => s.tenants.markDeleting(pod.tenantId));
    await expect(newPod(scratch.database, await system((s) => s.tenants.get("leaving")), "late")).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(system((s) => s.tenants.delete(pod.tenantId))).rejects.toMatchObject({ code: "conflict" });
    await system((s) => s.pods.forget(pod.id));
    await system((s) => s.tenants.delete(pod.tenantId));
    expect(await system((s) => s.tenants.find("leaving"))).toBeNull();
  });
});

describe("P5 a pod's lease", () => {
  it("has one owner; another takes it only when it has ended, with a higher epoch", async () => {
    const { id, generation } = await made("lease");
    const first = await system((s) => s.pods.claim(id, "a", 60));
    expect(first).toEqual({ epoch: 1 });
    expect(await system((s) => s.pods.claim(id, "b", 60))).toBeNull();
    expect(await system((s) => s.pods.claim(id, "a", -1))).toEqual({ epoch: 1 });
    expect(await system((s) => s.pods.holds(id, "a", 1))).toBe(false);
    expect(await system((s) => s.pods.saveStatus(id, "a", 1, generation, emptyStatus))).toBe(false);
    expect(await system((s) => s.pods.claim(id, "b", 60))).toEqual({ epoch: 2 });
    expect(await system((s) => s.pods.holds(id, "b", 2))).toBe(true);
    expect(await system((s) => s.pods.holds(id, "a", 1))).toBe(false);
    await system((s) => s.pods.release(id, "a"));
    expect(await system((s) => s.pods.holds(id, "b", 2))).toBe(true);
    await system((s) => s.pods.release(id, "b"));
    expect(await system((s) => s.pods.claim(id, "a", 60))).toEqual({ epoch: 3 });
  });

  it("is the same without a transaction around it", async () => {
    const { id } = await made("alone");
    const { leases } = scratch.database;
    expect(await leases.claim(id, "a", 60)).toEqual({ epoch: 1 });
    expect(await leases.claim(id, "b", 60)).toBeNull();
    expect([await leases.holds(id, "a", 1), await leases.holds(id, "a", 2), await leases.holds(id, "b", 1)]).toEqual([true, false, false]);
    await leases.release(id, "b");
    expect(await system((s) => s.pods.holds(id, "a", 1))).toBe(true);
    await leases.release(id, "a");
    const claims = await Promise.all(["a", "b", "c", "d"].map((owner) => leases.claim(id, owner, 60)));
    expect(claims.filter((c) => c !== null)).toEqual([{ epoch: 2 }]);
    await expect(leases.holds("no id", "a", 1)).rejects.toBeInstanceOf(AppError);
  });

  it("two that claim at once: one gets it", async () => {
    const { id } = await made("race");
    const claims = await Promise.all(["a", "b", "c", "d"].map((owner) => system((s) => s.pods.claim(id, owner, 60))));
    expect(claims.filter((c) => c !== null)).toEqual([{ epoch: 1 }]);
  });

  it("status is kept only by the owner, at its epoch, for the generation it saw", async () => {
    const { id } = await made("status");
    await system((s) => s.pods.claim(id, "a", 60));
    const status = { ...emptyStatus, phase: "running" as const, observedGeneration: 1 };
    for (const [owner, epoch, generation] of [
      ["b", 1, 1],
      ["a", 2, 1],
      ["a", 1, 2],
    ] as const) {
      expect(await system((s) => s.pods.saveStatus(id, owner, epoch, generation, status))).toBe(false);
    }
    expect((await system((s) => s.pods.getById(id))).status.phase).toBe("pending");
    expect(await system((s) => s.pods.saveStatus(id, "a", 1, 1, status))).toBe(true);
    expect((await system((s) => s.pods.getById(id))).status).toEqual(status);
  });
});

describe("P5 what the planner needs", () => {
  it("facts hold all that belongs to a pod, and no secret's value", async () => {
    const pod = await made("facts");
    const other = await made("facts-too");
    await system(async (s) => {
      await s.routes.replace(pod.id, [exampleRoute(["b.example.com"], 1), exampleRoute(["a.example.com"])]);
      await s.secrets.put(pod.id, "KEY", "hunter2");
      await s.allocations.insert(pod.id, "local", { kind: "uid", value: 70_001, purpose: "" });
    });
    const [facts, rest] = await system((s) => s.pods.facts([pod.id, other.id]));
    expect(facts?.pod).toEqual(await system((s) => s.pods.getById(pod.id)));
    expect(facts?.allocations).toEqual([{ kind: "uid", value: 70_001, purpose: "" }]);
    expect(facts?.routes.map((r) => [r.index, r.hosts, r.state])).toEqual([
      [0, ["a.example.com"], "unready"],
      [1, ["b.example.com"], "unready"],
    ]);
    expect(facts?.secrets).toEqual({ KEY: expect.any(Number) });
    expect(JSON.stringify(facts)).not.toContain("hunter2");
    expect(rest).toMatchObject({ pod: { id: other.id }, routes: [], allocations: [], secrets: {} });
    expect(await system((s) => s.pods.facts([]))).toEqual([]);
    expect((await system((s) => s.pods.facts(null))).map((f) => f.pod.id)).toContain(other.id);
  });
});

describe("A3 forgetting a pod", () => {
  it("leaves a tombstone, and nothing else of it", async () => {
    const pod = await made("gone");
    await system(async (s) => {
      await s.routes.replace(pod.id, [exampleRoute(["gone.example.com"])]);
      await s.secrets.put(pod.id, "KEY", "v");
      await s.allocations.insert(pod.id, "local", { kind: "subnet", value: 7, purpose: "" });
      await s.pods.setDesired(pod.id, "deleted", true);
    });
    const before = await system((s) => s.routes.table());
    for (const _again of [1, 2]) await system((s) => s.pods.forget(pod.id));
    expect(await system((s) => s.pods.find("gone", "web"))).toBeNull();
    expect(await system((s) => s.pods.tombstones([pod.id, randomUUID()]))).toEqual([{ pod: pod.id, keepData: true }]);
    expect(await system((s) => s.routes.taken(["gone.example.com"]))).toEqual([]);
    expect((await system((s) => s.allocations.used("local"))).subnet).toEqual([]);
    expect(await system((s) => s.secrets.reveal(pod.id))).toEqual({});
    const after = await system((s) => s.routes.table());
    expect(after.version).toBe(before.version + 1);
    expect(after.routes.some((r) => r.pod === pod.id)).toBe(false);
  });
});
