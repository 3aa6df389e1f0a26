import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { openRig, type Rig } from "./reconciler-rig.ts";
import { web } from "./reconciler-specs.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig(inject("serverUrl"));
});
afterEach(() => rig.close());

describe("P5 A18 a pass with nothing to do", () => {
  it("does nothing, and leaves the status as it was to the letter", async () => {
    const { reconciler } = rig.start();
    const pod = await rig.create("web", web());
    await rig.reaches(pod, "running");
    await reconciler.now();
    const before = await rig.find(pod);
    expect(await reconciler.dryRun()).toEqual([]);
    for (let pass = 0; pass < 3; pass++) expect(await reconciler.now()).toEqual([]);
    expect(await rig.find(pod)).toEqual(before);
    // Much later, failures and starts long past: still nothing to do.
    rig.ahead.seconds = 86_400;
    expect(await reconciler.now()).toEqual([]);
    expect(await rig.find(pod)).toEqual(before);
  });

  it("keeps the time at which a condition became what it is, while others change", async () => {
    const { reconciler } = rig.start();
    const pod = await rig.create("web", web());
    const first = await rig.reaches(pod, "running");
    const since = (status: typeof first.status, type: string) => status.conditions.find((c) => c.type === type)?.since;
    rig.ahead.seconds = 100;
    await rig.desire(pod, "stopped");
    const stopped = await rig.reaches(pod, "stopped");
    expect(since(stopped.status, "RuntimeAnswers")).toBe(since(first.status, "RuntimeAnswers"));
    expect(Date.parse(since(stopped.status, "Ready") ?? "")).toBeGreaterThan(Date.parse(since(first.status, "Ready") ?? ""));
    await reconciler.now();
    expect((await rig.find(pod))?.status).toEqual(stopped.status);
  });

  it("asks the same number of queries for one pod and for forty", async () => {
    const { reconciler } = rig.start();
    const queriesOfAPass = async (): Promise<number> => {
      const query = vi.spyOn(pg.Client.prototype, "query");
      try {
        expect(await reconciler.now()).toEqual([]);
        return query.mock.calls.length;
      } finally {
        query.mockRestore();
      }
    };
    await rig.reaches(await rig.create("one", web()), "running");
    await reconciler.now();
    const forOne = await queriesOfAPass();
    const pods = await Promise.all(Array.from({ length: 39 }, (_, n) => rig.create(`pod-${n}`, web())));
    for (const pod of pods) await rig.reaches(pod, "running");
    await reconciler.now();
    const forForty = await queriesOfAPass();
    expect(forOne).toBeGreaterThan(0);
    expect(forForty).toBe(forOne);
  });
});
