import type { OperationHold, OperationStore } from "@agentpod/core/operation-store";
import type { Pod } from "@agentpod/core/pod";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleOperation, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
let acme: Tenant;
let bolts: Tenant;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  acme = await newTenant(scratch.database, "acme");
  bolts = await newTenant(scratch.database, "bolts");
});
afterAll(() => scratch?.drop());

const asSystem = <T>(work: (operations: OperationStore) => Promise<T>) => scratch.database.asSystem((store) => work(store.operations));
const asAcme = <T>(work: (operations: OperationStore) => Promise<T>) =>
  scratch.database.asTenants([acme.id], (store) => work(store.operations));
const pod = (name: string): Promise<Pod> => newPod(scratch.database, acme, name);
const asked = async (kind: string, pods: Pod[] = []) => (await asAcme((o) => o.insert(exampleOperation(acme, pods, kind)))).id;

/** Runs an operation of a kind of its own, as a control plane does. */
async function running(kind: string, owner = "here", pods: Pod[] = []): Promise<OperationHold> {
  const id = await asked(kind, pods);
  await asSystem((o) => o.claim(owner, [], { [kind]: 9 }, 60));
  return { id, owner, epoch: (await asSystem((o) => o.take(id, owner, 60)))?.epoch ?? -1 };
}

const step = { seq: 1, name: "write", subject: "acme/web", message: "Writing." };

describe("P14 operations in the database", () => {
  it("are begun in their order, so many of a kind at once, and say their place in the queue", async () => {
    const ids = [await asked("queue"), await asked("queue"), await asked("queue")];
    const places = async () => Promise.all(ids.map(async (id) => (await asAcme((o) => o.get(id))).position));
    expect(await places()).toEqual([1, 2, 3]);
    expect((await asSystem((o) => o.claim("here", [], { queue: 1 }, 60))).fresh).toEqual([ids[0]]);
    expect((await asSystem((o) => o.claim("here", ids, { queue: 1 }, 60))).fresh).toEqual([]);
    expect(await places()).toEqual([null, 1, 2]);
    const hold = { id: ids[0] ?? "", owner: "here", epoch: (await asSystem((o) => o.take(ids[0] ?? "", "here", 60)))?.epoch ?? -1 };
    expect(await asSystem((o) => o.finish(hold, { state: "succeeded", output: 1, message: "Done.", error: null }))).toBe(true);
    expect((await asSystem((o) => o.claim("here", ids, { queue: 1 }, 60))).fresh).toEqual([ids[1]]);
    expect(await asAcme((o) => o.get(ids[0] ?? ""))).toMatchObject({ state: "succeeded", output: 1, endedAt: expect.any(String) });
  });

  it("are begun once, though several control planes look at the same time", async () => {
    const ids = await Promise.all([asked("race"), asked("race"), asked("race"), asked("race")]);
    const claims = await Promise.all(["a", "b", "c"].map((owner) => asSystem((o) => o.claim(owner, [], { race: 3 }, 60))));
    expect(claims.flatMap(({ fresh }) => fresh)).toHaveLength(3);
    expect(new Set(claims.flatMap(({ fresh }) => fresh)).size).toBe(3);
    expect(ids).toEqual(expect.arrayContaining(claims.flatMap(({ fresh }) => fresh)));
  });

  it("have a pod one at a time, whoever asked, also where the other is not to be seen", async () => {
    const web = await pod("web");
    const whole = await asSystem((o) => o.insert(exampleOperation(null, [web], "exclusive")));
    await expect(asAcme((o) => o.get(whole.id))).rejects.toMatchObject({ code: "not_found" });
    await expect(asked("exclusive", [web])).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("under way") });
    await asSystem((o) => o.cancel(whole.id, "token:test"));
    await expect(asked("exclusive", [web])).resolves.toEqual(expect.any(String));
  });

  it("are not asked for about another tenant's pod", async () => {
    const web = await newPod(scratch.database, bolts, "web");
    await expect(asked("foreign", [web])).rejects.toMatchObject({ code: "not_found" });
  });

  it("go to another control plane once the lease is over, and the first one writes nothing any more", async () => {
    const first = await running("lost", "one");
    expect(await asSystem((o) => o.beginStep(first, step))).toMatchObject({ outcome: null, isNew: true });
    const other = () => asSystem((o) => o.claim("two", [], { lost: 1 }, 60));
    expect(await other()).toEqual({ fresh: [], lost: [] });
    await asSystem((o) => o.release("one", [first.id]));
    expect(await other()).toEqual({ fresh: [], lost: [first.id] });
    const second = { id: first.id, owner: "two", epoch: (await asSystem((o) => o.take(first.id, "two", 60)))?.epoch ?? -1 };
    expect(await asSystem((o) => o.beginStep(first, step))).toBeNull();
    expect(await asSystem((o) => o.endStep(first, 1, { is: "done", value: 1 }, null))).toBe(false);
    expect(await asSystem((o) => o.renew("one", [first.id], 60))).toEqual([]);
    const end = { state: "failed" as const, output: null, message: "", error: null };
    expect(await asSystem((o) => o.finish(first, end))).toBe(false);
    expect(await asSystem((o) => o.beginStep(second, step))).toMatchObject({ outcome: null, isNew: false });
    expect(await asSystem((o) => o.endStep(second, 1, { is: "done", value: 2 }, "Written."))).toBe(true);
    expect(await asSystem((o) => o.beginStep(second, step))).toMatchObject({ outcome: { is: "done", value: 2 } });
    expect(await asAcme((o) => o.steps(first.id))).toMatchObject([{ name: "write", state: "succeeded", message: "Written." }]);
  });

  it("of a process that was killed are its successor's at once", async () => {
    const hold = await running("again", "same");
    expect(await asSystem((o) => o.claim("same", [hold.id], { again: 1 }, 60))).toEqual({ fresh: [], lost: [] });
    expect(await asSystem((o) => o.claim("same", [], { again: 1 }, 60))).toEqual({ fresh: [], lost: [hold.id] });
    expect(await asSystem((o) => o.take(hold.id, "same", 60))).toMatchObject({ attempts: 2 });
  });

  it("end at once when cancelled in the queue; who runs one is told", async () => {
    const queued = await asked("cancel");
    expect(await asAcme((o) => o.cancel(queued, "user:ann"))).toMatchObject({
      state: "cancelled",
      cancelledBy: "user:ann",
      position: null,
    });
    await expect(asAcme((o) => o.cancel(queued, "user:ann"))).rejects.toMatchObject({ code: "conflict" });
    const hold = await running("cancel");
    expect(await asSystem((o) => o.renew("here", [hold.id], 60))).toEqual([{ id: hold.id, isCancelled: false }]);
    expect(await asAcme((o) => o.cancel(hold.id, "user:ann"))).toMatchObject({ state: "running", cancelledBy: "user:ann" });
    expect(await asSystem((o) => o.renew("here", [hold.id], 60))).toEqual([{ id: hold.id, isCancelled: true }]);
    expect(await asSystem((o) => o.beginStep(hold, step))).toMatchObject({ isCancelled: true });
  });

  it("of a kind that no control plane knows are ended, and of the others none", async () => {
    const unknown = await asked("unknown");
    const known = await asked("known");
    expect(await asSystem((o) => o.failUnknown(["known"], 3600, "x"))).toEqual([]);
    const ended = await asSystem((o) => o.failUnknown(["known"], -1, "No control plane knows it."));
    expect(ended.map(({ id }) => id)).toContain(unknown);
    expect(await asAcme((o) => o.get(unknown))).toMatchObject({ state: "failed", error: { message: "No control plane knows it." } });
    expect(await asAcme((o) => o.get(known))).toMatchObject({ state: "queued" });
  });

  it("are listed by tenant, pod, kind and state, the newest first, and go when they are old", async () => {
    const web = await pod("listed");
    const first = await asked("list", [web]);
    const second = await asked("list");
    const list = (filter: Parameters<OperationStore["list"]>[0]) => asAcme(async (o) => (await o.list(filter, 10)).map(({ id }) => id));
    expect(await list({ kind: "list" })).toEqual([second, first]);
    expect(await list({ kind: "list", pod: "listed", tenant: "acme" })).toEqual([first]);
    await asAcme((o) => o.cancel(second, "user:ann"));
    expect(await list({ kind: "list", state: "cancelled" })).toEqual([second]);
    await asSystem((o) => o.prune(new Date(Date.now() + 60_000)));
    expect(await list({ kind: "list" })).toEqual([first]);
  });
});
