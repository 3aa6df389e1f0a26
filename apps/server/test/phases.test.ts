import type { Action } from "@agentpod/core/action";
import type { PodScope, UnitRun } from "@agentpod/core/runtime";
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
  { kind: "ensure-volume", volume: { pod: "p", unit: "db", volume: "data" }, scope: {} as PodScope },
  { kind: "ensure-unit", run: run("db") },
  { kind: "ensure-unit", run: run("app") },
];
const kinds = (isServed: boolean) => phases(actions, isServed).map((lanes) => lanes.map((lane) => lane.map((action) => action.kind)));

describe("P5 what is done side by side", () => {
  it("GIVEN nothing is served yet THEN routes are told beside the preparations, and units start side by side", () => {
    expect(kinds(false)).toEqual([
      [["save-status"], ["allocate"], ["allocate"]],
      [["prepare-image", "create-unit"], ["prepare-image"], ["set-route", "serve-routes"]],
      [["ensure-volume", "ensure-unit"], ["ensure-unit"]],
    ]);
  });

  it("GIVEN a route that serves THEN it is held only when all is prepared, beside the starts", () => {
    expect(kinds(true)).toEqual([
      [["save-status"], ["allocate"], ["allocate"]],
      [["prepare-image", "create-unit"], ["prepare-image"]],
      [["set-route", "serve-routes"], ["ensure-volume", "ensure-unit"], ["ensure-unit"]],
    ]);
  });

  it("GIVEN an instance that is ended for another in its place THEN its route is held before, and the other starts after", () => {
    const set = actions.find(({ kind }) => kind === "set-route") as Action;
    const remove: Action = { kind: "remove-unit", id: run("app").id, graceSeconds: 1, reason: "replaced" };
    const replaced: Action[] = [set, { kind: "serve-routes" }, remove, { kind: "ensure-unit", run: run("app") }];
    const found = phases(replaced, true).map((lanes) => lanes.map((lane) => lane.map((action) => action.kind)));
    expect(found).toEqual([[["set-route", "serve-routes"]], [["remove-unit"]], [["ensure-unit"]]]);
  });
});
