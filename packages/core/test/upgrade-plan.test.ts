import { describe, expect, it } from "vitest";
import { AppError } from "../src/errors.ts";
import type { Pod } from "../src/pod.ts";
import { podSpec } from "../src/pod-spec.ts";
import { emptyStatus } from "../src/status.ts";
import { refusedIssues, type UpgradeCandidate, upgradePlan } from "../src/upgrade-plan.ts";

const pod = (name: string, change: Partial<Pod> = {}, volumes: unknown[] = []): Pod =>
  ({
    id: name,
    tenant: "acme",
    name,
    template: { name: "shop", version: 1 },
    desired: "running",
    spec: podSpec.parse({ units: [{ name: "app", image: "shop:1", volumes }] }),
    status: emptyStatus,
    ...change,
  }) as Pod;
const data = { name: "data", path: "/data" };
const missing = new AppError("invalid", "inputs.size: expected a number.", { issues: [{ path: "inputs.size", expected: "a number" }] });
const full = new AppError("quota_exceeded", "acme has no room for it");

describe("A9 the plan of an upgrade", () => {
  it.each<[string, UpgradeCandidate, object]>([
    ["GIVEN a newer version THEN it is upgraded", { pod: pod("a"), to: 2, refusal: null }, { action: "upgrade", from: 1, to: 2 }],
    ["GIVEN the same version THEN nothing is done", { pod: pod("a"), to: 1, refusal: null }, { action: "current" }],
    ["GIVEN no such version THEN it is passed over", { pod: pod("a"), to: null, refusal: null }, { action: "skip" }],
    ["GIVEN a bare spec THEN it is passed over", { pod: pod("a", { template: null }), to: null, refusal: null }, { action: "skip" }],
    ["GIVEN its deletion THEN it is passed over", { pod: pod("a", { desired: "deleted" }), to: 2, refusal: null }, { action: "skip" }],
    [
      "GIVEN a draft that is refused THEN so is it",
      { pod: pod("a"), to: 2, refusal: missing },
      { action: "refused", issues: missing.issues },
    ],
    ["GIVEN volumes THEN they are backed up", { pod: pod("a", {}, [data]), to: 2, refusal: null }, { withState: true }],
    ["GIVEN no volumes THEN nothing is", { pod: pod("a"), to: 2, refusal: null }, { withState: false }],
    [
      "GIVEN volumes that are left out of backups THEN nothing is",
      { pod: pod("a", {}, [{ ...data, backup: { how: "none" } }]), to: 2, refusal: null },
      { withState: false },
    ],
  ])("%s", (_name, candidate, expected) => {
    expect(upgradePlan([candidate], true)).toMatchObject([{ pod: "acme/a", ...expected }]);
  });

  it("backs nothing up where that was not wanted", () => {
    expect(upgradePlan([{ pod: pod("a", {}, [data]), to: 2, refusal: null }], false)).toMatchObject([{ withState: false }]);
  });

  it("goes by names, whatever the order it was given", () => {
    const candidates = ["c", "a", "b"].map((name) => ({ pod: pod(name), to: 2, refusal: null }));
    expect(upgradePlan(candidates, true).map((line) => line.pod)).toEqual(["acme/a", "acme/b", "acme/c"]);
  });

  it("tells all that is wrong by pod and field", () => {
    const plan = upgradePlan(
      [
        { pod: pod("b"), to: 2, refusal: full },
        { pod: pod("a"), to: 2, refusal: missing },
        { pod: pod("c"), to: 2, refusal: null },
      ],
      true,
    );
    expect(refusedIssues(plan)).toEqual([
      { path: "acme/a inputs.size", expected: "a number" },
      { path: "acme/b", expected: "acme has no room for it" },
    ]);
  });
});
