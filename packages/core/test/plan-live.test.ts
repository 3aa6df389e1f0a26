import { describe, expect, it } from "vitest";
import { applyWay } from "../src/apply-way.ts";
import { referenceIssues } from "../src/draft-references.ts";
import type { PodSpecInput } from "../src/pod-spec.ts";
import { podSpec } from "../src/pod-spec.ts";
import { World } from "./world.ts";
import { livelySpec } from "./world-specs.ts";

const kinds = (world: World) => world.done.map(({ kind }) => kind);
const onlyRun = (world: World) => world.running()[0];

function settled(spec = livelySpec("calm")): World {
  const world = new World(spec);
  world.settle();
  world.done = [];
  return world;
}

describe("A10 settings that change while a unit runs", () => {
  it("are told to the running instance, and the generation counts as seen only then", () => {
    const world = settled();
    const before = onlyRun(world);
    world.update(livelySpec("merry"));
    const { actions, status } = world.plan();
    expect(actions.map(({ kind }) => kind)).toEqual(["save-status", "apply-live"]);
    expect(actions[1]).toMatchObject({ env: ["MOOD"], command: ["node", "tell.mjs"], run: { env: { MOOD: "merry" } } });
    expect(status).toMatchObject({ phase: "running", observedGeneration: 1, units: [{ live: { state: "applying" } }] });
    world.settle();
    expect(onlyRun(world)).toEqual(before);
    expect(world.pod.status).toMatchObject({ phase: "running", observedGeneration: 2, units: [{ live: { state: "applied" } }] });
    expect(kinds(world)).not.toContain("remove-unit");
  });

  it("make a new instance where something else changed too", () => {
    const world = settled();
    const before = onlyRun(world)?.runId;
    world.update(livelySpec("merry", "other"));
    world.settle();
    expect(kinds(world)).not.toContain("apply-live");
    expect(onlyRun(world)?.runId).not.toBe(before);
  });

  it("a secret behind one of them counts to what may change", () => {
    const world = new World(livelySpec("{{ secrets.mood }}"));
    world.secrets = { mood: 1 };
    world.settle();
    const before = onlyRun(world)?.runId;
    world.done = [];
    world.secrets = { mood: 2 };
    world.settle();
    expect(kinds(world)).toContain("apply-live");
    expect(onlyRun(world)?.runId).toBe(before);
  });

  it("what is not taken makes the instance anew, in its place, and then holds", () => {
    const world = settled();
    const before = onlyRun(world)?.runId;
    world.takesSettings = "refused";
    world.update(livelySpec("merry"));
    world.settle();
    expect(kinds(world).filter((kind) => ["apply-live", "remove-unit", "ensure-unit"].includes(kind))).toEqual([
      "apply-live",
      "remove-unit",
      "ensure-unit",
    ]);
    expect(onlyRun(world)?.runId).not.toBe(before);
    expect(world.pod.status).toMatchObject({ phase: "running", observedGeneration: 2, failures: {}, units: [{ restarts: 1 }] });
  });

  it("one that was told ends: it is made anew with what it was told last, and its end is counted", () => {
    const world = settled();
    world.update(livelySpec("merry"));
    world.settle();
    world.done = [];
    world.end(`app@${onlyRun(world)?.id.revision}`, 1);
    world.settle();
    expect(kinds(world).filter((kind) => ["remove-unit", "ensure-unit"].includes(kind))).toEqual(["remove-unit", "ensure-unit"]);
    expect(world.pod.status.failures.app).toMatchObject({ count: 1, reason: "exited" });
    const merry = onlyRun(world)?.live;
    expect(merry).toBeDefined();
    world.done = [];
    world.end(`app@${onlyRun(world)?.id.revision}`, 1);
    world.settle(60, 60);
    // Made with them already: the same instance starts again.
    expect(kinds(world)).not.toContain("remove-unit");
    expect(onlyRun(world)?.live).toBe(merry);
  });

  it("a stop on request is no failure, though it was told before", () => {
    const world = settled();
    world.update(livelySpec("merry"));
    world.settle();
    world.desire("stopped");
    world.settle();
    world.desire("running");
    world.settle();
    expect(world.pod.status).toMatchObject({ phase: "running", failures: {} });
  });

  it("the control plane is killed after the unit took them: it is told once more, and going back is told too", () => {
    const world = settled();
    const before = onlyRun(world)?.runId;
    world.takesSettings = "killed";
    world.update(livelySpec("merry"));
    world.applyAll(world.plan().actions);
    expect(world.settings.get(before ?? "")).not.toBe(onlyRun(world)?.live);
    // What it holds is not known: that it was made with what is wanted again says nothing.
    world.update(livelySpec("calm"));
    world.settle();
    expect(world.done.filter(({ kind }) => kind === "apply-live")).toHaveLength(2);
    expect(world.settings.get(before ?? "")).toBe(onlyRun(world)?.live);
    expect(onlyRun(world)?.runId).toBe(before);
  });

  it("a unit that is not well with its old settings is made anew at once, without waiting for another try", () => {
    const world = new World(livelySpec("broken"));
    world.behaviour = () => ({ exit: 1 });
    for (let i = 0; i < 4; i++) world.settle(60, 60);
    expect(world.pod.status.failures.app?.count).toBeGreaterThan(1);
    world.behaviour = () => "healthy";
    world.update(livelySpec("mended"));
    world.settle(60, 0);
    expect(world.pod.status).toMatchObject({ phase: "running", failures: {} });
  });

  it("names what must be a variable of env", () => {
    const spec = podSpec.parse(livelySpec("calm"));
    const unit = { ...spec.units[0], live: { env: ["MOOT"], command: ["x"], timeoutSeconds: 5 } } as (typeof spec.units)[number];
    expect(referenceIssues({ ...spec, units: [unit] }, [])).toEqual([
      { path: "spec.units[0].live.env[0]", expected: "a variable of env, one of MOOD, OTHER", nearest: "MOOD" },
    ]);
  });

  it.each<[string, PodSpecInput, PodSpecInput, string]>([
    ["nothing", livelySpec("calm"), livelySpec("calm"), "nothing"],
    ["a variable that may", livelySpec("calm"), livelySpec("merry"), "live"],
    ["another one", livelySpec("calm"), livelySpec("calm", "x"), "restart"],
    ["both", livelySpec("calm"), livelySpec("merry", "x"), "restart"],
    ["how the pod reaches the world", livelySpec("calm"), { ...livelySpec("calm"), egress: "none" }, "restart"],
    ["a route", livelySpec("calm"), { ...livelySpec("calm"), routes: [] }, "nothing"],
  ])("a change of %s is told beforehand", (_what, before, after, way) => {
    const pod = (spec: PodSpecInput, desired: "running" | "stopped" = "running") => ({
      pod: { spec: podSpec.parse(spec), restarts: 0, desired, volumeCopies: {} },
      secrets: {},
    });
    expect(applyWay(pod(before), pod(after))).toBe(way);
    expect(applyWay(pod(before), pod(after, "stopped"))).toBe(way === "nothing" ? "nothing" : "later");
  });
});
