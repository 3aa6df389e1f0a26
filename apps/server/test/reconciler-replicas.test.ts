import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { eventually, openRig, type Rig } from "./reconciler-rig.ts";
import { stack, web } from "./reconciler-specs.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig(inject("serverUrl"));
});
afterEach(() => rig.close());

/** Counts, by pod and unit, the calls of `ensure` that reach the runtime. */
function countEnsures(): Map<string, number> {
  const ensures = new Map<string, number>();
  rig.machine.fault = ({ when, method, pod, unit }) => {
    const key = `${pod}/${unit}`;
    if (when === "before" && method === "ensure") ensures.set(key, (ensures.get(key) ?? 0) + 1);
  };
  return ensures;
}

describe("P5 P14 two control planes on one database", () => {
  it("start each unit once, and bring it back once", async () => {
    const ensures = countEnsures();
    rig.start({ owner: "one" });
    rig.start({ owner: "two" });
    const pods = await Promise.all(["a", "b", "c", "d", "e"].map((name) => rig.create(name, stack(), { password: "s3cret" })));
    for (const pod of pods) await rig.reaches(pod, "running");
    expect([...ensures.values()]).toEqual(Array.from({ length: 10 }, () => 1));

    for (const pod of pods) for (const unit of await rig.units(pod)) rig.machine.crash(unit.id);
    for (const pod of pods)
      await eventually(rig, async () =>
        expect((await rig.find(pod))?.status).toMatchObject({ phase: "running", units: [{ restarts: 1 }, { restarts: 1 }] }),
      );
    expect([...ensures.values()]).toEqual(Array.from({ length: 10 }, () => 2));
    const failures = await Promise.all(pods.map(async (pod) => Object.values((await rig.find(pod))?.status.failures ?? {})));
    expect(failures.flat().map((failure) => failure.count)).toEqual(Array.from({ length: 10 }, () => 1));

    for (const pod of pods) await rig.desire(pod, "deleted");
    for (const pod of pods) await rig.gone(pod);
    expect(rig.machine.contents(rig.installation)).toEqual([]);
    const events = await rig.database.asSystem((store) => store.events.latest({}, 1000));
    expect(events.filter((event) => event.type === "pod.deleted")).toHaveLength(5);
  });

  it("take over what another held when it died, once its lease is over", async () => {
    const ensures = countEnsures();
    const first = rig.start({ owner: "one", crash: (point) => point === "after:ensure-unit" });
    const pod = await rig.create("web", web());
    await first.killed;
    await first.kill();
    const second = rig.start({ owner: "two" });
    // Held by the dead: nothing may be done to it.
    await second.reconciler.now();
    expect((await rig.find(pod))?.status.phase).not.toBe("running");
    expect(await rig.database.asSystem((store) => store.pods.claim(pod.id, "three", 10))).toBeNull();
    // A claim of no length by its owner is how a test makes a lease end now.
    await rig.database.asSystem((store) => store.pods.claim(pod.id, "one", 0));
    await eventually(rig, async () => {
      second.reconciler.wake(pod.id);
      expect((await rig.find(pod))?.status.phase).toBe("running");
    });
    expect([...ensures.values()]).toEqual([1]);
  });

  it("lose a pod in the middle of a plan: nothing more is done to it by the one that lost it", async () => {
    const stopped = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    rig.machine.fault = async ({ when, method }) => {
      if (when !== "after" || method !== "prepareImage") return;
      stopped.resolve();
      await goOn.promise;
    };
    const first = rig.start({ owner: "one" });
    const pod = await rig.create("web", web());
    await stopped.promise;
    rig.machine.fault = null;
    // The first is stuck for so long that its lease ends, and another takes the pod.
    await rig.database.asSystem((store) => store.pods.claim(pod.id, "one", 0));
    const held = await rig.database.asSystem((store) => store.pods.claim(pod.id, "two", 60));
    expect(held?.epoch).toBeGreaterThan(0);
    goOn.resolve();
    await first.reconciler.now();
    expect(await rig.units(pod)).toEqual([]);
    await first.stop();
    await rig.database.asSystem((store) => store.pods.release(pod.id, "two"));
    rig.start({ owner: "two" });
    await rig.reaches(pod, "running");
  });
});
