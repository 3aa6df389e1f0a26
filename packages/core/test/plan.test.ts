import { describe, expect, it } from "vitest";
import type { Action } from "../src/action.ts";
import { World } from "./world.ts";
import { appWithDatabase, derivingSpec, webSpec } from "./world-specs.ts";

const kinds = (actions: readonly Action[]): string[] => actions.map((action) => action.kind);
const withEnv = (value: string) => ({ ...webSpec, units: webSpec.units.map((unit) => ({ ...unit, env: { VALUE: value } })) });

describe("P5 plan: create", () => {
  it("GIVEN a new pod WHEN planned THEN numbers, network and image come before the instance", () => {
    const world = new World(webSpec);
    expect(kinds(world.plan().actions)).toEqual([
      "save-status",
      "allocate",
      "allocate",
      "prepare-pod",
      "prepare-image",
      "create-unit",
      "set-route",
      "serve-routes",
      "ensure-unit",
    ]);
  });

  it("GIVEN it settled THEN it runs, is served, and the plan is empty", () => {
    const world = new World(webSpec);
    world.settle();
    expect(world.plan().actions).toEqual([]);
    expect(world.pod.status).toMatchObject({ phase: "running", observedGeneration: 1 });
    expect(world.routes[0]).toMatchObject({ state: "serving", upstreams: [{ id: expect.stringMatching(/\/app\//) }] });
    expect(world.gateway.servedVersion).toBe(world.routes[0]?.version);
  });

  it("GIVEN a dependency WHEN it is not healthy THEN the dependent is not started", () => {
    const world = new World(appWithDatabase);
    world.behaviour = () => "silent";
    world.settle();
    expect(world.running().map((unit) => unit.id.unit)).toEqual(["db"]);
    for (const unit of world.running()) world.health[unit.runId] = { state: "healthy", message: "", since: "" };
    world.settle();
    expect(
      world
        .running()
        .map((unit) => unit.id.unit)
        .sort(),
    ).toEqual(["app", "db"]);
  });

  it("GIVEN loopback addressing THEN a unit is told its neighbour's allocated port, and no secret is in any action", () => {
    const world = new World({ ...appWithDatabase, units: appWithDatabase.units.map((unit) => ({ ...unit, local: { argv: ["x"] } })) });
    world.addressing = "loopback";
    world.settle();
    const run = world.done.flatMap((a) => (a.kind === "ensure-unit" && a.run.id.unit === "app" ? [a.run] : []))[0];
    const port = world.allocations.find((a) => a.purpose === "db/sql")?.value;
    expect(run?.env.DATABASE_URL).toBe(`postgres://app:{{ secrets.password }}@127.0.0.1:${port}/app`);
  });
});

describe("A13 ports that a program derives from its own", () => {
  const portsOf = (world: World) => world.allocations.filter(({ kind }) => kind === "port").map(({ purpose, value }) => [purpose, value]);
  const startedWith = (world: World) => world.done.flatMap((a) => (a.kind === "ensure-unit" ? [a.run.ports[0]] : [])).at(-1);

  it("are held with it where a unit listens on ports of the machine, and told to whoever starts it", () => {
    const world = new World(derivingSpec);
    world.addressing = "loopback";
    world.settle();
    const base = world.allocations.find(({ purpose }) => purpose === "app/http")?.value ?? 0;
    expect(startedWith(world)).toMatchObject({ host: base, beside: [base + 2, base + 4, base + 5, base + 6] });
    expect(new Map(portsOf(world) as [string, number][])).toEqual(
      new Map([["app/http", base], ...[2, 4, 5, 6].map((distance): [string, number] => [`app/http+${distance}`, base + distance])]),
    );
  });

  it("are no matter in a container", () => {
    const world = new World(derivingSpec);
    world.settle();
    expect(portsOf(world)).toHaveLength(1);
    expect(startedWith(world)).not.toHaveProperty("beside");
  });

  it("never lie on what is taken or beyond the range; others are chosen where a stranger listens on one of them", () => {
    const world = new World(derivingSpec);
    world.addressing = "loopback";
    world.settle();
    const [first = 0] = portsOf(world).flatMap(([purpose, value]) => (purpose === "app/http" ? [Number(value)] : []));
    world.strangersPorts = new Set([first + 5]);
    world.end([...world.units.keys()][0] as string, 137);
    world.settle(5000, 3600);
    const ports = startedWith(world);
    expect(ports?.beside).not.toContain(first + 5);
    expect(portsOf(world).map(([, value]) => value)).not.toContain(first + 5);
    expect([portsOf(world).length, world.pod.status.phase]).toEqual([5, "running"]);
    expect(Math.max(...portsOf(world).map(([, value]) => Number(value)))).toBeLessThanOrEqual(20_099);
  });

  it("that were held before the end of the control plane, without their port, are given up", () => {
    const world = new World(derivingSpec);
    world.addressing = "loopback";
    const actions = world.plan().actions;
    const upTo = actions.findIndex((a) => a.kind === "allocate" && a.allocation.purpose === "app/http+5");
    world.applyAll(actions, upTo);
    expect(portsOf(world).length).toBeGreaterThan(0);
    world.settle();
    expect(portsOf(world)).toHaveLength(5);
    expect(world.pod.status.phase).toBe("running");
  });
});

describe("A5 plan: recovery", () => {
  it("GIVEN a run that was killed THEN it is started again at once, and counted once", () => {
    const world = new World(webSpec);
    world.settle();
    world.end([...world.units.keys()][0] as string, 137);
    expect(kinds(world.plan().actions)).toContain("ensure-unit");
    world.settle();
    expect(world.pod.status).toMatchObject({
      phase: "running",
      failures: { app: { count: 1, reason: "exited" } },
      units: [{ restarts: 1 }],
    });
  });

  it("GIVEN an instance removed by hand THEN it is made again", () => {
    const world = new World(webSpec);
    world.settle();
    world.units.clear();
    world.settle();
    expect(world.pod.status).toMatchObject({ phase: "running", failures: { app: { count: 1, reason: "gone" } } });
  });

  it("GIVEN a command that exits at once THEN it backs off, three failures are recorded and the condition says why", () => {
    const world = new World(webSpec);
    world.behaviour = () => ({ exit: 3 });
    world.settle(100, 3);
    const { status } = world.pod;
    expect(status.failures.app).toMatchObject({ count: 3, reason: "exited" });
    expect(status.phase).toBe("failing");
    expect(status.conditions.find((c) => c.type === "CrashLoop")).toMatchObject({
      status: "true",
      message: expect.stringContaining("exit code 3"),
    });
    expect(world.plan().wakeInMs).toBeGreaterThan(3000);
    expect(world.plan().actions).toEqual([]);
  });

  it("GIVEN failures WHEN the unit has been ready for a minute THEN they are forgotten", () => {
    const world = new World(webSpec);
    world.settle();
    world.units.clear();
    world.settle(60, 120);
    expect(world.pod.status.failures).toEqual({});
  });

  it("GIVEN an unhealthy run THEN it is ended and started again", () => {
    const world = new World(webSpec);
    world.settle();
    const [unit] = world.running();
    world.health[unit?.runId as string] = { state: "unhealthy", message: "GET / answered 500", since: "" };
    expect(kinds(world.plan().actions)).toContain("stop-unit");
    world.settle();
    expect(world.pod.status).toMatchObject({ phase: "running", failures: { app: { count: 1, reason: "unhealthy" } } });
    expect(world.running()[0]?.runId).not.toBe(unit?.runId);
  });

  it("GIVEN a port that a stranger holds THEN another is taken", () => {
    const world = new World(webSpec);
    const first = world
      .plan()
      .actions.flatMap((a) => (a.kind === "allocate" && a.allocation.kind === "port" ? [a.allocation.value] : []))[0] as number;
    world.strangersPorts.add(first);
    world.settle();
    expect(world.pod.status.phase).toBe("running");
    expect(world.allocations.filter((a) => a.kind === "port").map((a) => a.value)).not.toContain(first);
  });

  it("GIVEN the runtime does not answer THEN nothing is done and the condition says so", () => {
    const world = new World(webSpec);
    world.settle();
    world.answers = false;
    expect(kinds(world.plan().actions)).toEqual(["save-status"]);
    expect(world.plan().status.conditions[0]).toMatchObject({ type: "RuntimeAnswers", status: "false" });
    world.desire("deleted");
    expect(kinds(world.plan().actions)).toEqual(["save-status"]);
  });

  it("GIVEN a clock set back by a day THEN a due restart still happens", () => {
    const world = new World(webSpec);
    world.settle();
    world.end([...world.units.keys()][0] as string, 1);
    world.settle();
    world.now = new Date(world.now.getTime() - 86_400_000);
    world.end([...world.units.keys()][0] as string, 1);
    world.settle();
    expect(world.pod.status.phase).toBe("running");
  });
});

describe("P5 plan: update", () => {
  it("GIVEN a stateless unit THEN the new runs beside the old, is switched to, and the old goes when drained", () => {
    const world = new World(webSpec);
    world.settle();
    const [old] = world.running();
    const oldId = `${world.pod.id}/app/${old?.id.revision}`;
    world.gateway.load[oldId] = { requests: 1, upgraded: 0, lastActivityAt: null };
    world.update(withEnv("2"));
    world.settle();
    expect(world.running()).toHaveLength(2);
    expect(world.routes[0]?.upstreams[0]?.id).not.toBe(oldId);
    delete world.gateway.load[oldId];
    world.settle();
    expect(world.running()).toHaveLength(1);
    expect(world.allocations.filter((a) => a.kind === "port")).toHaveLength(1);
    const order = world.done.filter(
      (a) => (a.kind === "remove-unit" && a.id.revision === old?.id.revision) || (a.kind === "set-route" && a.state === "serving"),
    );
    expect(kinds(order)).toEqual(["set-route", "set-route", "remove-unit"]);
  });

  it("GIVEN open exchanges that never end THEN the old goes after its drain time", () => {
    const world = new World(webSpec);
    world.settle();
    world.gateway.load[`${world.pod.id}/app/${world.running()[0]?.id.revision}`] = { requests: 0, upgraded: 1, lastActivityAt: null };
    world.update(withEnv("2"));
    world.settle(60, 31);
    expect(world.running()).toHaveLength(1);
  });

  it("GIVEN a new version that never gets healthy THEN the old keeps serving", () => {
    const world = new World(webSpec);
    world.settle();
    const [old] = world.running();
    world.behaviour = () => ({ exit: 1 });
    world.update(withEnv("bad"));
    world.settle();
    expect(world.running().map((unit) => unit.id.revision)).toEqual([old?.id.revision]);
    expect(world.routes[0]).toMatchObject({ state: "serving", upstreams: [{ id: expect.stringContaining(old?.id.revision as string) }] });
    expect(world.pod.status.phase).toBe("failing");
  });

  it("GIVEN a unit with an exclusive volume THEN requests are held, old and new never run at once, and the volume stays", () => {
    const world = new World({ ...webSpec, units: webSpec.units.map((unit) => ({ ...unit, volumes: [{ name: "data", path: "/data" }] })) });
    world.settle();
    world.done = [];
    world.update({
      ...webSpec,
      units: webSpec.units.map((unit) => ({ ...unit, env: { VALUE: "2" }, volumes: [{ name: "data", path: "/data" }] })),
    });
    world.settle();
    const order = kinds(world.done.filter((a) => ["set-route", "remove-unit", "ensure-unit", "remove-volume"].includes(a.kind)));
    expect(order).toEqual(["set-route", "remove-unit", "ensure-unit", "set-route"]);
    expect(world.done.find((a) => a.kind === "set-route")).toMatchObject({ state: "holding" });
  });

  it("GIVEN one changed unit of two THEN the other keeps its run", () => {
    const world = new World(appWithDatabase);
    world.settle();
    const db = world.running().find((unit) => unit.id.unit === "db");
    world.update({
      ...appWithDatabase,
      units: appWithDatabase.units.map((unit) => (unit.name === "app" ? { ...unit, command: ["new"] } : unit)),
    });
    world.settle();
    expect(world.running().find((unit) => unit.id.unit === "db")?.runId).toBe(db?.runId);
  });

  it("GIVEN a changed probe THEN nothing restarts", () => {
    const world = new World(webSpec);
    world.settle();
    const runs = world.runs;
    world.update({ ...webSpec, units: webSpec.units.map((unit) => ({ ...unit, probe: { kind: "tcp" as const, port: "http" } })) });
    world.settle();
    expect(world.runs).toBe(runs);
    expect(world.pod.status.observedGeneration).toBe(2);
  });

  it("GIVEN a unit dropped from the spec THEN it goes with its ports", () => {
    const world = new World(appWithDatabase);
    world.settle();
    world.update(webSpec);
    world.settle();
    expect(world.running().map((unit) => unit.id.unit)).toEqual(["app"]);
    expect(world.allocations.filter((a) => a.kind === "port")).toHaveLength(1);
  });
});

describe("A3 plan: stop, start, delete", () => {
  it("GIVEN stop and start THEN the volume and instance stay, and no failure is counted", () => {
    const world = new World(appWithDatabase);
    world.settle();
    world.desire("stopped");
    world.settle();
    expect(world.pod.status.phase).toBe("stopped");
    expect(world.routes[0]?.state).toBe("stopped");
    expect(world.running()).toEqual([]);
    world.desire("running");
    world.settle();
    expect(world.pod.status).toMatchObject({ phase: "running", failures: {} });
    expect(world.volumes).toHaveLength(1);
  });

  it("GIVEN delete THEN all goes, the row last", () => {
    const world = new World(appWithDatabase);
    world.settle();
    world.desire("deleted");
    world.settle();
    expect(world.forgotten).toBe(true);
    expect([world.units.size, world.volumes.length, world.prepared, world.routes.length]).toEqual([0, 0, false, 0]);
    expect(world.done.at(-1)?.kind).toBe("forget");
  });

  it("GIVEN delete with keepData THEN volumes stay", () => {
    const world = new World(appWithDatabase);
    world.settle();
    world.desire("deleted");
    world.pod.keepData = true;
    world.settle();
    expect([world.volumes.length, world.prepared]).toEqual([1, false]);
  });

  it("GIVEN a time to live WHEN it is over THEN the pod is deleted", () => {
    const world = new World({ ...webSpec, ttlSeconds: 60 });
    world.settle();
    world.now = new Date(world.now.getTime() + 61_000);
    world.settle();
    expect(world.forgotten).toBe(true);
  });

  it("GIVEN a task WHEN its unit ends with 0 THEN it succeeded and is not started again; with 1 it failed for good", () => {
    for (const [exit, phase] of [
      [0, "succeeded"],
      [1, "failing"],
    ] as const) {
      const world = new World({ lifecycle: "task", units: [{ name: "job", image: "node:24" }] });
      world.behaviour = () => ({ exit });
      world.settle(60, 3600);
      expect(world.pod.status.phase).toBe(phase);
      expect(world.runs).toBe(1);
    }
  });
});

describe("P7 plan: number ranges", () => {
  it("GIVEN no public port is left THEN the pod runs all the same and a condition says so", () => {
    const world = new World(webSpec);
    world.publicPorts = { from: 31_000, to: 31_000 };
    world.takenPublicPorts = new Set([31_000]);
    world.settle();
    expect(world.pod.status.phase).toBe("running");
    expect(world.pod.status.conditions).toContainEqual(
      expect.objectContaining({ type: "Admitted", status: "false", reason: "NothingLeft" }),
    );
  });
});
