import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PodSpecInput } from "../src/pod-spec.ts";
import { portOfPurpose } from "../src/ports-beside.ts";
import { liveRevision } from "../src/resolve-unit.ts";
import { World } from "./world.ts";
import { appWithDatabase, derivingSpec, livelySpec, webSpec } from "./world-specs.ts";

type Step = (world: World) => void;

const specs = [
  webSpec,
  appWithDatabase,
  { ...webSpec, units: webSpec.units.map((unit) => ({ ...unit, volumes: [{ name: "data", path: "/data" }] })) },
  { ...appWithDatabase, idle: { sleepAfterSeconds: 600 } },
  livelySpec("calm"),
  derivingSpec,
  // Old and new of it may run side by side.
  { ...livelySpec("calm"), units: livelySpec("calm").units.map((unit) => ({ ...unit, volumes: [] })) },
];
const withEnv = (spec: (typeof specs)[number], value: number) => ({
  ...spec,
  units: spec.units.map((unit) => ({ ...unit, env: { ...unit.env, VALUE: String(value) } })),
});
const withMood = (spec: PodSpecInput, mood: string): PodSpecInput => ({
  ...spec,
  units: spec.units.map((unit) => (unit.live ? { ...unit, env: { ...unit.env, MOOD: mood } } : unit)),
});

/** Plans once and is killed after n actions. */
const crashed = fc.nat(12).map(
  (after): Step =>
    (world) => {
      if (!world.forgotten) world.applyAll(world.plan().actions, after);
    },
);
const settled = fc.constant<Step>((world) => {
  if (!world.forgotten && world.answers && world.gatewayAnswers) world.settle(200, 1);
});
const unitEnded = fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 137 })).map(
  ([at, code]): Step =>
    (world) =>
      world.end([...world.units.keys()][at] ?? "", code),
);
const unitRemoved = fc.nat(3).map(
  (at): Step =>
    (world) =>
      void world.units.delete([...world.units.keys()][at] ?? ""),
);
const updated = fc.tuple(fc.nat(specs.length - 1), fc.nat(3)).map(
  ([at, value]): Step =>
    (world) => {
      if (world.pod.desired !== "deleted") world.update(withEnv(specs[at] ?? webSpec, value));
    },
);
const desired = fc.constantFrom("running" as const, "stopped" as const, "sleeping" as const).map(
  (state): Step =>
    (world) => {
      if (world.pod.desired !== "deleted") world.desire(state);
    },
);
const visited = fc.record({ requests: fc.nat(1), upgraded: fc.nat(1) }).map(
  (load): Step =>
    (world) => {
      if (world.pod.desired === "sleeping") world.desire("running");
      world.load(load);
    },
);
const deleted = fc.constant<Step>((world) => {
  if (world.pod.desired !== "deleted") world.desire("deleted");
});
const behaves = fc
  .constantFrom<World["behaviour"]>(
    () => "healthy",
    () => "silent",
    () => ({ exit: 1 }),
    (run) => (run.id.unit === "db" ? "healthy" : { exit: 2 }),
  )
  .map(
    (behaviour): Step =>
      (world) => {
        world.behaviour = behaviour;
      },
  );
const moodChanged = fc.constantFrom("calm", "merry", "{{ secrets.mood }}").map(
  (mood): Step =>
    (world) => {
      if (world.pod.desired !== "deleted") world.update(withMood(world.pod.spec, mood));
    },
);
const secretChanged = fc.nat(3).map(
  (version): Step =>
    (world) => {
      world.secrets = { mood: version };
    },
);
const takes = fc.constantFrom("applied" as const, "refused" as const, "killed" as const).map(
  (how): Step =>
    (world) => {
      world.takesSettings = how;
    },
);
const runtimeAway = fc.boolean().map(
  (answers): Step =>
    (world) => {
      world.answers = answers;
    },
);
const gatewayAway = fc.boolean().map(
  (answers): Step =>
    (world) => {
      world.gatewayAnswers = answers;
    },
);
const gatewayForgot = fc.constant<Step>((world) => {
  world.gateway = { ...world.gateway, servedVersion: 0, since: world.now.toISOString(), load: {} };
});
const strangers = fc.array(fc.integer({ min: 20000, max: 20060 }), { maxLength: 40 }).map(
  (ports): Step =>
    (world) => {
      world.strangersPorts = new Set(ports);
    },
);
const clock = fc.integer({ min: -100_000, max: 100_000 }).map(
  (seconds): Step =>
    (world) => {
      world.now = new Date(world.now.getTime() + seconds * 1000);
    },
);

const steps = fc.array(
  fc.oneof(
    crashed,
    crashed,
    settled,
    unitEnded,
    unitRemoved,
    updated,
    moodChanged,
    secretChanged,
    takes,
    desired,
    visited,
    deleted,
    behaves,
    runtimeAway,
    gatewayAway,
    gatewayForgot,
    strangers,
    clock,
  ),
  { maxLength: 25 },
);

function endWell(world: World): void {
  world.answers = true;
  world.gatewayAnswers = true;
  world.behaviour = () => "healthy";
  world.gateway.load = {};
  for (const unit of world.running()) world.health[unit.runId] = { state: "healthy", message: "", since: "" };
  // A clock set back by days is looked at every `sleepAfterSeconds` until it has caught up.
  if (!world.forgotten) world.settle(5000, 3600);
}

describe("P5 plan converges", () => {
  it("from any history, to exactly what is wanted, and then has nothing to do", () => {
    fc.assert(
      fc.property(fc.constantFrom(...specs), fc.constantFrom("names" as const, "loopback" as const), steps, (spec, addressing, history) => {
        const world = new World(spec);
        world.addressing = addressing;
        for (const step of history) step(world);
        endWell(world);
        if (world.pod.desired === "deleted") {
          expect(world.forgotten).toBe(true);
          expect([world.units.size, world.volumes.length, world.prepared]).toEqual([0, 0, false]);
          return;
        }
        expect(world.plan().actions).toEqual([]);
        const names = world.pod.spec.units.map((unit) => unit.name).sort();
        expect(
          world
            .running()
            .map((unit) => unit.id.unit)
            .sort(),
        ).toEqual(world.pod.desired === "running" ? names : []);
        expect(world.pod.status).toMatchObject({ phase: world.pod.desired, observedGeneration: world.pod.generation });
        const ports = world.allocations.filter((a) => a.kind === "port");
        expect(new Set(ports.map((a) => a.value)).size).toBe(ports.length);
        if (world.pod.desired === "sleeping") expect(world.routes.every((route) => route.state === "sleeping")).toBe(true);
        if (world.pod.spec.idle) expect(world.pod.desired).not.toBe("running");
        if (world.pod.desired === "running") {
          // A reservation outlives the wish for it as long as its port is held, and one that is wished for later comes with the next port.
          const own = ports.filter(({ purpose }) => portOfPurpose(purpose) === purpose);
          expect(own).toHaveLength(world.pod.spec.units.flatMap((unit) => unit.ports ?? []).length);
          for (const { purpose, value } of ports) {
            const base = own.find((port) => port.purpose === portOfPurpose(purpose));
            expect([purpose, value - (base?.value ?? 0)]).toEqual([purpose, Number(purpose.split("+")[1] ?? 0)]);
          }
          for (const { id, runId } of world.running()) {
            const unit = world.pod.spec.units.find(({ name }) => name === id.unit);
            const wanted = unit && liveRevision(world.snapshot(), unit, world.allocations);
            expect(world.settings.get(runId) ?? null).toBe(wanted);
          }
          expect(world.routes.every((route) => route.state === "serving" && route.version <= world.gateway.servedVersion)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("without ever removing a volume of a pod that is not to be deleted", () => {
    fc.assert(
      fc.property(fc.constantFrom(...specs), steps, (spec, history) => {
        const world = new World(spec);
        for (const step of history) step(world);
        if (world.pod.desired !== "deleted") expect(world.done.filter((a) => ["remove-volume", "forget"].includes(a.kind))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("is deterministic", () => {
    fc.assert(
      fc.property(fc.constantFrom(...specs), steps, (spec, history) => {
        const world = new World(spec);
        for (const step of history) step(world);
        expect(world.plan()).toEqual(world.plan());
      }),
      { numRuns: 100 },
    );
  });
});
