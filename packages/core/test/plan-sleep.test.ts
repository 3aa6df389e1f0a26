import { describe, expect, it } from "vitest";
import { World } from "./world.ts";
import { appWithDatabase, webSpec } from "./world-specs.ts";

const idle = { sleepAfterSeconds: 600 };

function runningWorld(spec: ConstructorParameters<typeof World>[0] = { ...webSpec, idle }): World {
  const world = new World(spec);
  world.settle();
  return world;
}

const pass = (world: World, seconds: number): void => {
  world.now = new Date(world.now.getTime() + seconds * 1000);
};
const kinds = (world: World): string[] => world.plan().actions.map((action) => action.kind);

describe("P7 W4 plan: idle pods fall asleep", () => {
  it("GIVEN no request for its time THEN it sleeps: routes first, then the runs end; instance, volume and number stay", () => {
    const world = runningWorld({ ...appWithDatabase, idle });
    expect(world.plan().wakeInMs).toBeLessThanOrEqual(600_000);
    pass(world, 599);
    expect(kinds(world)).toEqual([]);
    pass(world, 2);
    expect(world.plan().actions).toMatchObject([{ kind: "set-desired", desired: "sleeping", reason: "no request for 600 s" }]);
    world.done = [];
    world.settle();
    expect(world.pod).toMatchObject({ desired: "sleeping", status: { phase: "sleeping" } });
    expect(world.pod.status.failures).toEqual({});
    expect(world.routes).toMatchObject([{ state: "sleeping", upstreams: [] }]);
    expect([world.running().length, world.units.size, world.volumes.length]).toEqual([0, 2, 1]);
    expect(world.done.map((a) => a.kind).filter((kind) => kind !== "save-status")).toEqual([
      "set-desired",
      "set-route",
      "serve-routes",
      "stop-unit",
      "stop-unit",
    ]);
  });

  it("GIVEN a request or an open WebSocket THEN it counts from its end", () => {
    const world = runningWorld();
    pass(world, 500);
    world.load({ requests: 0 });
    pass(world, 400);
    expect(kinds(world)).toEqual([]);
    world.load({ upgraded: 1 });
    pass(world, 5000);
    expect(world.plan()).toMatchObject({ actions: [], wakeInMs: null });
    world.load({ upgraded: 0 });
    expect(world.plan().wakeInMs).toBe(600_000);
  });

  it("GIVEN the gateway is away, began anew or does not say since when it counts THEN nothing counts as idle before", () => {
    const world = runningWorld();
    pass(world, 3600);
    world.gatewayAnswers = false;
    expect(kinds(world)).not.toContain("set-desired");
    world.gatewayAnswers = true;
    world.gateway = { ...world.gateway, since: world.now.toISOString(), load: {} };
    expect(world.plan()).toMatchObject({ actions: [], wakeInMs: 600_000 });
    delete world.gateway.since;
    pass(world, 3600);
    expect(kinds(world)).toEqual([]);
  });

  it("GIVEN a clock that was set back THEN it does not sleep for that", () => {
    const world = runningWorld();
    world.load({});
    pass(world, -86_400);
    expect(kinds(world)).toEqual([]);
  });

  it("GIVEN a task, a pod without idle, without routes, or one that is not up THEN it never sleeps", () => {
    const units = webSpec.units;
    for (const spec of [{ ...webSpec, idle, lifecycle: "task" as const }, webSpec, { units, idle }]) {
      const world = runningWorld(spec);
      pass(world, 1_000_000);
      world.settle();
      expect(world.pod.desired).toBe("running");
    }
    const failing = new World({ ...webSpec, idle });
    failing.behaviour = () => ({ exit: 1 });
    failing.settle();
    pass(failing, 1_000_000);
    expect(kinds(failing)).not.toContain("set-desired");
  });
});

describe("A18 plan: open pages, agents that say when, and jobs that are due", () => {
  const quiet = { ...webSpec, idle: { ...idle, openPages: "ignore" as const } };

  it("GIVEN pages that may stay open THEN an open WebSocket does not keep it awake, and is not waited for; visits and open requests do", () => {
    const world = runningWorld(quiet);
    const visit = (lastVisitAt: string | null, more = {}) => {
      world.load({ upgraded: 1, ...more });
      for (const load of Object.values(world.gateway.load)) Object.assign(load, { lastVisitAt });
    };
    pass(world, 500);
    visit(world.now.toISOString());
    expect(world.plan().wakeInMs).toBe(600_000);
    pass(world, 300);
    // A heartbeat on the open WebSocket.
    visit(new Date(world.now.getTime() - 300_000).toISOString(), { lastActivityAt: world.now.toISOString() });
    expect(world.plan().wakeInMs).toBe(300_000);
    pass(world, 301);
    visit(new Date(world.now.getTime() - 601_000).toISOString(), { requests: 1 });
    expect(kinds(world)).toEqual([]);
    visit(new Date(world.now.getTime() - 601_000).toISOString(), { requests: 0 });
    expect(kinds(world)).toEqual(["set-desired"]);
    world.settle();
    expect([world.running().length, world.pod.status.phase]).toEqual([0, "sleeping"]);
  });

  it("GIVEN a gateway that does not tell visits apart THEN whatever went through counts", () => {
    const world = runningWorld(quiet);
    pass(world, 500);
    world.load({ lastActivityAt: world.now.toISOString() });
    expect(world.plan().wakeInMs).toBe(600_000);
  });

  it("GIVEN it said that it is busy THEN it is not asked again before", () => {
    const world = runningWorld(quiet);
    pass(world, 700);
    expect(kinds(world)).toEqual(["set-desired"]);
    for (const report of Object.values(world.health)) report.busyUntil = new Date(world.now.getTime() + 40_000).toISOString();
    expect(world.plan()).toMatchObject({ actions: [], wakeInMs: 40_000 });
    pass(world, 41);
    expect(kinds(world)).toEqual(["set-desired"]);
  });

  it("GIVEN a sleeping pod with a job that is due THEN it says when, wakes in time, and earlier where the clock leaps", () => {
    const world = runningWorld(quiet);
    world.desire("sleeping", "2026-01-01T03:00:00.000Z");
    world.settle();
    expect(world.pod.status.message).toBe("Asleep since 2026-01-01 00:00 UTC; wakes for traffic or at 2026-01-01 03:00 UTC.");
    expect(world.plan().wakeInMs).toBe(Date.parse("2026-01-01T03:00:00Z") - world.now.getTime());
    pass(world, -86_400);
    expect(kinds(world)).toEqual([]);
    world.now = new Date("2026-01-01T03:00:00Z");
    expect(world.plan().actions).toMatchObject([{ kind: "set-desired", desired: "running", reason: "a job of its own is due" }]);
    world.settle();
    expect([world.pod.status.phase, world.pod.asleep, world.running().length]).toEqual(["running", null, 1]);
  });

  it("GIVEN it may not start when its job is due THEN it is tried again, less often each time, and says why", () => {
    const world = runningWorld(quiet);
    world.desire("sleeping", world.now.toISOString());
    const failure = {
      revision: String(world.pod.generation),
      count: 3,
      lastAt: world.now.toISOString(),
      runId: null,
      reason: "unavailable",
    };
    world.pod.status = {
      ...world.pod.status,
      failures: { "@pod": { ...failure, message: "No memory is left.", fault: "system", retry: true } },
    };
    pass(world, 1);
    const { actions, wakeInMs, status } = world.plan();
    expect(actions.map(({ kind }) => kind)).not.toContain("set-desired");
    expect(wakeInMs).toBeGreaterThan(0);
    pass(world, 100);
    expect(kinds(world)).toContain("set-desired");
    world.settle(3, 0);
    expect(status.message).not.toBe("Stopped on request.");
  });

  it("GIVEN a pod that stands still for a backup, or was stopped THEN no job wakes it", () => {
    const world = runningWorld(quiet);
    world.desire("sleeping", "2026-01-01T03:00:00.000Z");
    world.settle();
    world.now = new Date("2026-01-02T00:00:00Z");
    world.pod = { ...world.pod, held: { by: "o1", copies: {} } };
    expect(kinds(world)).not.toContain("set-desired");
    world.pod = { ...world.pod, held: null };
    world.desire("stopped");
    expect(kinds(world)).not.toContain("set-desired");
  });
});

describe("P7 plan: asleep and awake", () => {
  it("GIVEN a sleeping pod WHEN its runs, its runtime or its gateway come and go THEN nothing is started", () => {
    const world = runningWorld({ ...appWithDatabase, idle });
    world.desire("sleeping");
    world.settle();
    for (const unit of world.units.keys()) world.end(unit, 137);
    world.health = {};
    world.gateway = { ...world.gateway, servedVersion: 0, load: {} };
    const runs = world.runs;
    world.settle();
    pass(world, 86_400);
    world.settle();
    world.units.clear();
    world.settle();
    expect([world.runs, world.pod.status.phase]).toEqual([runs, "sleeping"]);
  });

  it("GIVEN it is woken THEN the same instances start, its routes stay asleep until they serve, and no failure is counted", () => {
    const world = runningWorld({ ...appWithDatabase, idle });
    const instances = [...world.units.keys()];
    world.desire("sleeping");
    world.settle();
    world.done = [];
    world.desire("running");
    world.settle();
    expect(world.pod.status.phase).toBe("running");
    expect(world.pod.status.failures).toEqual({});
    expect([...world.units.keys()]).toEqual(instances);
    expect(world.done.filter((a) => a.kind === "set-route")).toMatchObject([{ state: "serving" }]);
    expect(world.done.map((a) => a.kind)).not.toContain("create-unit");
    expect(world.plan().wakeInMs).toBeGreaterThan(590_000);
  });

  it("GIVEN what wakes keeps failing THEN those who come are told, not held", () => {
    const world = runningWorld();
    world.desire("sleeping");
    world.settle();
    world.behaviour = () => ({ exit: 1 });
    world.desire("running");
    world.settle(60, 60);
    expect(world.routes).toMatchObject([{ state: "unready" }]);
  });

  it("GIVEN open exchanges THEN the runs end once these have, or their time is over; a wake-up before that ends nothing", () => {
    const world = runningWorld();
    world.load({ upgraded: 1 });
    world.desire("sleeping");
    world.settle();
    expect([world.running().length, world.pod.status.phase, world.routes[0]?.state]).toEqual([1, "stopping", "sleeping"]);
    world.desire("running");
    world.settle();
    expect([world.runs, world.routes[0]?.state]).toEqual([1, "serving"]);
    world.desire("sleeping");
    world.settle(60, 31);
    expect(world.running()).toEqual([]);
  });

  it("GIVEN it is woken while its runs end THEN that end is no failure", () => {
    const world = runningWorld();
    world.desire("sleeping");
    world.applyAll(world.plan().actions);
    world.applyAll(world.plan().actions);
    expect(world.running()).toEqual([]);
    world.desire("running");
    world.settle();
    expect(world.pod.status.phase).toBe("running");
    expect(world.pod.status.failures).toEqual({});
  });

  it("GIVEN stopped by its owner THEN only a route that may wake waits for a request", () => {
    for (const [wake, state] of [
      [true, "sleeping"],
      [false, "stopped"],
    ] as const) {
      const world = runningWorld({ ...webSpec, routes: webSpec.routes?.map((route) => ({ ...route, wake })) ?? [] });
      world.desire("stopped");
      world.settle();
      expect(world.routes).toMatchObject([{ state }]);
      expect(world.pod.status.phase).toBe("stopped");
    }
  });
});

describe("P5 plan: drain", () => {
  it("GIVEN an old instance that served for long THEN its open exchanges get their time after the switch", () => {
    const world = runningWorld(webSpec);
    pass(world, 3600);
    world.load({ requests: 1 });
    const old = world.running()[0]?.id.revision;
    world.update({ ...webSpec, units: webSpec.units.map((unit) => ({ ...unit, env: { VALUE: "2" } })) });
    world.settle();
    expect(world.running().map((unit) => unit.id.revision)).toContain(old);
    world.settle(60, 31);
    expect(world.running()).toHaveLength(1);
  });
});
