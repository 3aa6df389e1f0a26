import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planOrphans } from "../src/plan-orphans.ts";
import { World } from "./world.ts";
import { webSpec } from "./world-specs.ts";

const adopted = (): World => {
  const world = new World({ ...webSpec, units: webSpec.units.map((unit) => ({ ...unit, rollout: "replace" as const })) });
  world.adopt("app");
  return world;
};
const only = (world: World) => [...world.units.values()][0];
const condition = (world: World) => world.pod.status.conditions.find(({ type }) => type === "Adopted");

describe("A8 the plan of an adopted pod", () => {
  it("takes the container over once, makes none of its own and serves it", () => {
    const world = adopted();
    world.settle();
    expect(world.done.map(({ kind }) => kind).filter((kind) => kind.endsWith("-unit"))).toEqual(["adopt-unit"]);
    expect(only(world)).toMatchObject({ runId: "found", adoption: "taken", state: "running" });
    expect(world.pod.status).toMatchObject({ phase: "running" });
    expect(condition(world)).toMatchObject({ status: "true", reason: "AsFound" });
    expect(world.routes[0]?.upstreams).toHaveLength(1);
    world.settle();
    expect(world.plan().actions).toEqual([]);
  });

  it("starts the same one again when it was killed, and makes another when it is gone", () => {
    const world = adopted();
    world.settle();
    world.end([...world.units.keys()][0] ?? "", 137);
    world.settle();
    expect(only(world)).toMatchObject({ state: "running", adoption: "taken" });
    expect(world.done.some(({ kind }) => kind === "remove-unit")).toBe(false);
    world.units.clear();
    world.settle();
    expect(only(world)).toMatchObject({ state: "running" });
    expect(only(world)?.adoption).toBeUndefined();
    expect(condition(world)).toMatchObject({ status: "true", reason: "MadeAnew" });
  });

  it("does not give it up because a stranger holds its port", () => {
    const world = adopted();
    world.settle();
    world.strangersPorts = new Set(Array.from({ length: 100 }, (_, n) => 20_000 + n));
    world.end([...world.units.keys()][0] ?? "", 137);
    for (let round = 0; round < 5; round++) world.applyAll(world.plan().actions);
    expect(only(world)).toMatchObject({ adoption: "taken", state: "exited" });
    expect(world.done.some(({ kind }) => kind === "remove-unit")).toBe(false);
  });

  it("does not end one whose probe has never been right, and ends one that was well and hangs", () => {
    const world = adopted();
    const sick = () => ({ state: "unhealthy" as const, message: "refused", since: world.now.toISOString() });
    world.health.found = sick();
    world.settle();
    expect(only(world)).toMatchObject({ runId: "found", state: "running" });
    expect(condition(world)).toMatchObject({ reason: "Unproven", fault: "user" });
    world.health.found = { state: "healthy", message: "", since: world.now.toISOString() };
    world.settle();
    expect(condition(world)).toMatchObject({ reason: "AsFound", fault: null });
    world.health.found = sick();
    world.settle();
    expect(world.done.filter(({ kind }) => kind === "stop-unit")).toHaveLength(1);
    expect(only(world)).toMatchObject({ state: "running", adoption: "taken" });
    expect(only(world)?.runId).not.toBe("found");
  });

  it("gives it back untouched, wherever the control plane is killed", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 6 }), fc.array(fc.nat(6), { maxLength: 6 }), (before, during) => {
        const world = adopted();
        for (const after of before) world.applyAll(world.plan().actions, after);
        if (world.adoption) world.adoption = { ...world.adoption, isReleasing: true };
        world.pod = { ...world.pod, keepData: true };
        world.desire("deleted");
        for (const after of during) if (!world.forgotten) world.applyAll(world.plan().actions, after);
        if (!world.forgotten) world.settle();
        expect(world.forgotten).toBe(true);
        expect(world.done.filter(({ kind }) => ["remove-unit", "stop-unit", "remove-volume", "ensure-unit"].includes(kind))).toEqual([]);
        expect(world.released).toMatchObject([{ runId: "found", state: "running" }]);
      }),
    );
  });

  it("ends it as any other where the pod is deleted", () => {
    const world = adopted();
    world.settle();
    world.desire("deleted");
    world.settle();
    expect(world.done.map(({ kind }) => kind)).toContain("remove-unit");
    expect(world.released).toEqual([]);
  });

  it("an orphan is never a container that was given back since the look", () => {
    const world = adopted();
    const units = [...world.units.values()];
    const grave = [{ pod: world.pod.id, keepData: true }];
    expect(planOrphans({ units, pods: [], volumes: [] }, new Set(), grave).units).toEqual([]);
    const own = units.map(({ adoption: _adoption, ...unit }) => unit);
    expect(planOrphans({ units: own, pods: [], volumes: [] }, new Set(), grave).units).toHaveLength(1);
  });
});
