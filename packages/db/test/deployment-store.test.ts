import { randomUUID } from "node:crypto";
import type { Pod } from "@agentpod/core/pod";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleDeployment, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
let pod: Pod;
const system = <T>(work: Parameters<typeof scratch.database.asSystem<T>>[0]) => scratch.database.asSystem(work);
const asked = async (name: string): Promise<string> => {
  const id = randomUUID();
  await scratch.database.asTenants([pod.tenantId], (s) => s.deployments.insert({ ...exampleDeployment(pod), id, name }));
  return id;
};
const turn = (id: string) => system((s) => s.deployments.turn(id, 2));

beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  pod = await newPod(scratch.database, await newTenant(scratch.database, "acme"), "web");
});
afterAll(() => scratch?.drop());

describe("C7 C8 deployments", () => {
  it("are numbered by application; one at a time of each, and of those that wait the newest", async () => {
    const [first, second, third, other] = [await asked("shop"), await asked("shop"), await asked("shop"), await asked("blog")];
    expect(await turn(first ?? "")).toEqual({ is: "superseded", by: 3 });
    expect(await turn(third ?? "")).toEqual({ is: "begun" });
    expect(await turn(third ?? "")).toEqual({ is: "begun" });
    expect(await turn(other ?? "")).toEqual({ is: "begun" });
    const late = await asked("shop");
    expect(await turn(late)).toMatchObject({ is: "waiting", isSame: true });
    expect(await turn(await asked("third"))).toMatchObject({ is: "waiting", isSame: false });
    await system((s) => s.deployments.finish(third ?? "", { state: "succeeded", step: null, message: "Done." }));
    expect(await turn(late)).toEqual({ is: "begun" });
    const listed = await scratch.database.asTenants([pod.tenantId], (s) => s.deployments.list({ tenant: "acme", name: "shop" }, 10));
    expect(listed.map(({ number, state }) => [number, state])).toEqual([
      [4, "running"],
      [3, "succeeded"],
      [2, "queued"],
      [1, "queued"],
    ]);
    expect((await system((s) => s.deployments.serving(pod.tenantId, "shop")))?.id).toBe(third);
    await system((s) => s.deployments.finish(second ?? "", { state: "superseded", step: null, message: "" }));
    await expect(turn(second ?? "")).rejects.toMatchObject({ code: "conflict" });
    await expect(system((s) => s.deployments.getNumber("acme", "shop", 9))).rejects.toMatchObject({ code: "not_found" });
  });

  it("never follow one that was asked for later, whichever was looked at first", async () => {
    const [older, newer] = [await asked("late"), await asked("late")];
    const look = (id = "") => system((s) => s.deployments.turn(id, 50));
    expect(await look(newer)).toEqual({ is: "begun" });
    expect(await look(older)).toEqual({ is: "superseded", by: 2 });
    await system((s) => s.deployments.finish(newer ?? "", { state: "succeeded", step: null, message: "Done." }));
    expect(await look(older)).toEqual({ is: "superseded", by: 2 });
  });

  it("take turns in their order: one that was asked for later does not pass one that waits for nothing else", async () => {
    const places = async () => {
      const ids = [];
      for (const name of ["a", "b", "c", "d"]) ids.push(await asked(`order-${name}`));
      return ids as [string, string, string, string];
    };
    const taken = await system((s) => s.deployments.list({ tenant: "acme" }, 1000));
    for (const { id } of taken) await system((s) => s.deployments.finish(id, { state: "failed", step: null, message: "Over." }));
    const [a, b, c, d] = await places();
    expect([await turn(a), await turn(b)]).toEqual([{ is: "begun" }, { is: "begun" }]);
    expect([await turn(d), await turn(c)]).toEqual([
      { is: "waiting", ahead: 3, isSame: false },
      { is: "waiting", ahead: 2, isSame: false },
    ]);
    // A newer one of an application that is under way waits for that one, and holds up nobody else.
    const again = await asked("order-a");
    await system((s) => s.deployments.finish(b, { state: "succeeded", step: null, message: "Done." }));
    expect(await turn(again)).toEqual({ is: "waiting", ahead: 3, isSame: true });
    expect(await turn(d)).toEqual({ is: "waiting", ahead: 2, isSame: false });
    expect(await turn(c)).toEqual({ is: "begun" });
    expect(await turn(d)).toEqual({ is: "waiting", ahead: 2, isSame: false });
    for (const id of [a, c]) await system((s) => s.deployments.finish(id, { state: "cancelled", step: null, message: "Cancelled." }));
    expect([await turn(again), await turn(d)]).toEqual([{ is: "begun" }, { is: "begun" }]);
  });

  it("whose operation was forgotten without having said how it ended hold up nobody", async () => {
    const lost = await asked("lost");
    expect(await system((s) => s.deployments.turn(lost, 50))).toEqual({ is: "begun" });
    await system((s) => s.deployments.setOperation(lost, randomUUID()));
    expect((await system((s) => s.deployments.get(lost))).state).toBe("failed");
    const facts = await system((s) => s.cleanUp.facts());
    expect(facts.releases.find(({ name }) => name === "lost")?.state).toBe("failed");
    const next = await asked("lost");
    expect(await system((s) => s.deployments.turn(next, 50))).toEqual({ is: "begun" });
  });

  it("keep what they were given sealed, until it is forgotten; and of a long log the end", async () => {
    const id = await asked("sealed");
    expect(await system((s) => s.deployments.given(id))).toEqual({ STRIPE_KEY: "a stripe key" });
    // The app role has no right to what is sealed.
    await expect(scratch.database.asTenants([pod.tenantId], (s) => s.deployments.given(id))).rejects.toThrow();
    await system((s) => s.deployments.forgetGiven(id));
    expect(await system((s) => s.deployments.given(id))).toEqual({});
    await system((s) => s.deployments.appendLog(id, "first\n"));
    await system((s) => s.deployments.appendLog(id, `${"x".repeat(399_999)}\n`));
    const log = await scratch.database.asTenants([pod.tenantId], (s) => s.deployments.log(id));
    expect([log.length, log.startsWith("x"), log.endsWith("x\n")]).toEqual([400_000, true, true]);
    await system((s) => s.deployments.deleteAll(pod.tenantId, "sealed"));
    await expect(system((s) => s.deployments.get(id))).rejects.toMatchObject({ code: "not_found" });
  });
});
