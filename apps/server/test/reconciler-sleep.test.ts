import type { PodSpecInput } from "@agentpod/core/pod-spec";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { eventually, openRig, type Rig } from "./reconciler-rig.ts";
import { web } from "./reconciler-specs.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig(inject("serverUrl"));
});
afterEach(() => rig.close());

const sleepy: PodSpecInput = { ...web(), idle: { sleepAfterSeconds: 60 } };

const eventsOf = async (type: string) =>
  (await rig.database.asSystem((store) => store.events.latest({}, 1000))).filter((event) => event.type === type);
const routeOf = () => rig.gateway.table.routes[0];
const ask = (): void => rig.gateway.hold(routeOf()?.id ?? "");

async function asleep(spec: PodSpecInput = sleepy) {
  const pod = await rig.create("web", spec);
  await rig.reaches(pod, "running");
  await rig.desire(pod, "sleeping");
  await rig.reaches(pod, "sleeping");
  await eventually(rig, () => expect(routeOf()).toMatchObject({ state: "sleeping", holdSeconds: 60 }));
  return pod;
}

describe("P7 W4 a pod sleeps and wakes", () => {
  it("idle for its time it sleeps, is told so, and keeps its instance", async () => {
    const { reconciler } = rig.start();
    const pod = await rig.create("web", sleepy);
    await rig.reaches(pod, "running");
    const [unit] = await rig.units(pod);
    rig.ahead.seconds = 61;
    await reconciler.now();
    await rig.reaches(pod, "sleeping");
    expect(await rig.units(pod)).toMatchObject([{ id: unit?.id, state: "exited" }]);
    expect(await eventsOf("pod.slept")).toMatchObject([{ pod: "web", actor: "system", result: "ok" }]);
    expect(await eventsOf("unit.failed")).toEqual([]);
  });

  it("ten requests at once, heard by two control planes, start it once", async () => {
    rig.start({ owner: "one" });
    rig.start({ owner: "two" });
    const pod = await asleep();
    const [before] = await rig.units(pod);
    for (let request = 0; request < 10; request++) ask();
    await rig.reaches(pod, "running");
    const [after] = await rig.units(pod);
    expect(after?.id).toEqual(before?.id);
    expect(after?.runId).not.toBe(before?.runId);
    expect(await eventsOf("pod.woken")).toMatchObject([
      { pod: "web", actor: "system", result: "ok", data: { host: "web-acme.localhost", route: routeOf()?.id } },
    ]);
    const starts = (await eventsOf("unit.started")).length + (await eventsOf("unit.restarted")).length;
    expect([starts, (await rig.find(pod))?.generation]).toEqual([2, 3]);
    expect(await eventsOf("unit.failed")).toEqual([]);
    expect(routeOf()).toMatchObject({ state: "serving" });
  });

  it("one that its owner stopped wakes only where its route says so", async () => {
    rig.start();
    const stopped = async (wake: boolean) => {
      const pod = await rig.create(wake ? "may" : "not", { ...web(), routes: [{ unit: "app", port: "http", wake }] });
      await rig.reaches(pod, "running");
      await rig.desire(pod, "stopped");
      return rig.reaches(pod, "stopped");
    };
    const [may, not] = [await stopped(true), await stopped(false)];
    const idOf = (label: string) => rig.gateway.table.routes.find((route) => route.label === label)?.id ?? "";
    rig.gateway.hold(idOf("acme/not"));
    rig.gateway.hold(idOf("acme/may"));
    await rig.reaches(may, "running");
    expect((await rig.find(not))?.desired).toBe("stopped");
  });

  it("where it may not start now the page says why, once in the log; later requests try again", async () => {
    rig.start();
    const pod = await asleep();
    rig.memoryFreeMb = 300;
    ask();
    await eventually(rig, () =>
      expect(routeOf()).toMatchObject({ state: "unready", message: expect.stringContaining("300 MB of memory") }),
    );
    await eventually(rig, () => expect(routeOf()).toMatchObject({ state: "sleeping" }));
    ask();
    await eventually(rig, () => expect(routeOf()).toMatchObject({ state: "unready" }));
    expect((await rig.find(pod))?.desired).toBe("sleeping");
    expect(await eventsOf("pod.woken")).toMatchObject([{ result: "refused", message: expect.stringContaining("300 MB of memory") }]);
    rig.memoryFreeMb = 100_000;
    await eventually(rig, () => expect(routeOf()).toMatchObject({ state: "sleeping" }));
    ask();
    await rig.reaches(pod, "running");
  });

  it("a killed control plane: the next one wakes for those who wait, and a sleeping pod sleeps through restarts", async () => {
    const first = rig.start();
    const pod = await asleep();
    await first.kill();
    const { reconciler } = rig.start({ owner: "next" });
    await reconciler.now();
    expect((await rig.units(pod)).map((unit) => unit.state)).toEqual(["exited"]);
    ask();
    await rig.reaches(pod, "running");
  });
});
