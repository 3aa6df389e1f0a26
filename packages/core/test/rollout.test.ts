import { describe, expect, test } from "vitest";
import { type PodSpecInput, podSpec } from "../src/pod-spec.ts";
import { rolloutOf, startOrder } from "../src/rollout.ts";

const port = { name: "http", container: 80 };

function rollout(unit: Partial<PodSpecInput["units"][number]>, rest: Partial<PodSpecInput> = {}) {
  const spec = podSpec.parse({
    units: [{ name: "app", image: "app", ports: [port], ...unit }, ...(rest.units ?? [])],
    routes: rest.routes ?? [{ unit: "app", port: "http" }],
    lifecycle: rest.lifecycle,
  });
  const [app] = spec.units;
  return app && rolloutOf(app, spec);
}

describe("P7 how a changed unit takes over", () => {
  test.each([
    ["a unit reached by routes alone overlaps", rollout({}), "overlap"],
    ["unless it says replace", rollout({ rollout: "replace" }), "replace"],
    ["an exclusive volume is never shared", rollout({ volumes: [{ name: "data", path: "/data" }] }), "replace"],
    ["not even when overlap is asked for", rollout({ rollout: "overlap", volumes: [{ name: "data", path: "/data" }] }), "replace"],
    ["a shared volume may be", rollout({ volumes: [{ name: "data", path: "/data", access: "shared" }] }), "overlap"],
    [
      "a unit named by another is replaced",
      rollout({}, { units: [{ name: "b", image: "b", env: { A: "{{ units.app.host }}" } }] }),
      "replace",
    ],
    ["a unit that another waits for is replaced", rollout({}, { units: [{ name: "b", image: "b", dependsOn: ["app"] }] }), "replace"],
    ["naming itself does not count", rollout({ env: { PORT: "{{ units.app.port }}" } }), "overlap"],
    ["a worker without a route is replaced", rollout({}, { routes: [] }), "replace"],
    ["but may ask to overlap", rollout({ rollout: "overlap" }, { routes: [] }), "overlap"],
    ["a task is replaced", rollout({}, { lifecycle: "task" }), "replace"],
  ])("%s", (_rule, got, expected) => {
    expect(got).toBe(expected);
  });
});

describe("P5 order of starting", () => {
  const order = (units: { name: string; dependsOn?: string[] }[]) =>
    startOrder(podSpec.parse({ units: units.map((u) => ({ image: "x", ...u })) })).map((u) => u.name);

  test("each after what it depends on, otherwise as written", () => {
    expect(order([{ name: "web", dependsOn: ["api"] }, { name: "log" }, { name: "api", dependsOn: ["db"] }, { name: "db" }])).toEqual([
      "db",
      "api",
      "web",
      "log",
    ]);
  });

  test("a circle is refused and named", () => {
    const circle = [
      { name: "a", dependsOn: ["b"] },
      { name: "b", dependsOn: ["c"] },
      { name: "c", dependsOn: ["b"] },
    ];
    expect(() => order(circle)).toThrow(/b → c → b/);
  });
});
