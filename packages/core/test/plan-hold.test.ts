import { describe, expect, it } from "vitest";
import { volumeIdOf } from "../src/volume-copy.ts";
import { World } from "./world.ts";
import { appWithDatabase } from "./world-specs.ts";

function runningWorld(): World {
  const world = new World(appWithDatabase);
  world.settle();
  expect(world.pod.status.phase).toBe("running");
  return world;
}

function change(world: World, set: Partial<World["pod"]>): void {
  world.pod = { ...world.pod, ...set, generation: world.pod.generation + 1 };
  world.done = [];
  world.settle();
}

const volumes = (world: World): string[] => world.volumes.map(({ volume }) => volume).sort();
const held = (copies: Record<string, number> = {}) => ({ held: { by: "op", copies } });
const volume = (appWithDatabase.units ?? []).flatMap((unit) => (unit.volumes ?? []).map((v) => ({ unit: unit.name, name: v.name })))[0] as {
  unit: string;
  name: string;
};
const key = `${volume.unit}/${volume.name}`;

describe("A16 plan: a pod that stands still for its data", () => {
  it("GIVEN it is held THEN its runs end and nothing starts; GIVEN it is let go THEN it runs again as it was", () => {
    const world = runningWorld();
    const before = [...world.units.keys()];
    change(world, held());
    expect(world.running()).toEqual([]);
    expect([...world.units.keys()]).toEqual(before);
    expect(world.pod.status).toMatchObject({ phase: "stopped", failures: {} });
    expect(world.pod.desired).toBe("running");
    change(world, { held: null });
    expect(world.pod.status.phase).toBe("running");
    expect([...world.units.keys()]).toEqual(before);
    expect(world.pod.status.failures).toEqual({});
  });

  it("GIVEN a copy is to be filled THEN an instance with it is made and not started; what counted is not touched", () => {
    const world = runningWorld();
    change(world, held());
    change(world, held({ [key]: 1 }));
    expect(volumes(world)).toEqual([volume.name, `${volume.name}.1`]);
    const made = [...world.units.values()].filter((unit) => unit.state === "created");
    expect(made.map(({ id }) => id.unit)).toEqual([volume.unit]);
    expect(world.done.map(({ kind }) => kind)).not.toContain("ensure-unit");
  });

  it("GIVEN the copy counts THEN the pod runs with it, and the old one goes once all is up", () => {
    const world = runningWorld();
    change(world, held({ [key]: 1 }));
    world.behaviour = () => "silent";
    change(world, { held: null, volumeCopies: { [key]: 1 } });
    expect(volumes(world)).toEqual([volume.name, `${volume.name}.1`]);
    for (const unit of world.running()) world.health[unit.runId] = { state: "healthy", message: "", since: world.now.toISOString() };
    world.behaviour = () => "healthy";
    world.settle();
    expect(world.pod.status.phase).toBe("running");
    expect(volumes(world)).toEqual([`${volume.name}.1`]);
  });

  it("GIVEN it is let go without THEN it runs with what it had, and what was filled goes", () => {
    const world = runningWorld();
    const before = [...world.units.keys()];
    change(world, held({ [key]: 1 }));
    change(world, { held: null });
    expect(world.pod.status.phase).toBe("running");
    expect([...world.units.keys()]).toEqual(before);
    expect(volumes(world)).toEqual([volume.name]);
  });

  it("GIVEN a pod that never ran THEN it gets its volumes and instances, and still does not run", () => {
    const world = new World(appWithDatabase);
    world.pod = { ...world.pod, ...held({ [key]: 1 }) };
    world.settle();
    expect(volumes(world)).toEqual([`${volume.name}.1`]);
    expect(world.running()).toEqual([]);
    expect([...world.units.values()].map(({ state }) => state)).toEqual(["created"]);
  });

  it("GIVEN it is deleted meanwhile THEN it goes with all its copies", () => {
    const world = runningWorld();
    change(world, held({ [key]: 1 }));
    world.desire("deleted");
    world.settle();
    expect([world.forgotten, world.volumes, [...world.units]]).toEqual([true, [], []]);
  });

  it("GIVEN a database from before a restore THEN the copy that is there is taken, and no empty one is made", () => {
    const pod = { id: "p", held: null, volumeCopies: {} };
    const there = (...names: string[]) => names.map((name) => ({ pod: "p", unit: "app", volume: name }));
    const taken = (...names: string[]) => volumeIdOf(pod, "app", "data", there(...names)).volume;
    expect([taken(), taken("data"), taken("data.2"), taken("data.2", "data.11"), taken("data", "data.2"), taken("data.x")]).toEqual([
      "data",
      "data",
      "data.2",
      "data.11",
      "data",
      "data",
    ]);
  });

  it("GIVEN only what a backup does has changed THEN nothing is made anew", () => {
    const world = runningWorld();
    const before = [...world.units.keys()];
    const units = world.pod.spec.units.map((unit) => ({
      ...unit,
      volumes: unit.volumes.map((one) => ({ ...one, backup: { how: "live" as const } })),
    }));
    world.update({ ...world.pod.spec, units });
    world.settle();
    expect([...world.units.keys()]).toEqual(before);
  });
});
