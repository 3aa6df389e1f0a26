import type { Action } from "@agentpod/core/action";
import type { UnitRun } from "@agentpod/core/runtime";
import { emptyStatus } from "@agentpod/core/status";
import { describe, expect, it } from "vitest";
import { phases } from "../src/reconciler/phases.ts";

const run = (unit: string) => ({ id: { pod: "p", unit, revision: "r" } }) as UnitRun;
const actions: Action[] = [
  { kind: "save-status", status: emptyStatus },
  { kind: "allocate", allocation: { kind: "port", value: 1, purpose: "a" } },
  { kind: "allocate", allocation: { kind: "port", value: 2, purpose: "b" } },
  { kind: "prepare-image", run: run("app") },
  { kind: "create-unit", run: run("app") },
  { kind: "prepare-image", run: run("db") },
  { kind: "set-route", route: "r", state: "holding", message: "", upstreams: [], candidate: null, unit: "app" },
  { kind: "serve-routes" },
  { kind: "ensure-unit", run: run("db") },
  { kind: "ensure-unit", run: run("app") },
];
const kinds = (isServed: boolean) => phases(actions, isServed).map((lanes) => lanes.map((lane) => lane.map((action) => action.kind)));

describe("P5 what is done side by side", () => {
  it("GIVEN nothing is served yet THEN routes are told beside the preparations, and starts come one by one", () => {
    expect(kinds(false)).toEqual([
      [["save-status"], ["allocate"], ["allocate"]],
      [["prepare-image", "create-unit"], ["prepare-image"], ["set-route", "serve-routes"]],
      [["ensure-unit"]],
      [["ensure-unit"]],
    ]);
  });

  it("GIVEN a route that serves THEN it is held only when all is prepared", () => {
    expect(kinds(true)).toEqual([
      [["save-status"], ["allocate"], ["allocate"]],
      [["prepare-image", "create-unit"], ["prepare-image"]],
      [["set-route"]],
      [["serve-routes"]],
      [["ensure-unit"]],
      [["ensure-unit"]],
    ]);
  });
});
