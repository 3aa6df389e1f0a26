import type { Action } from "@agentpod/core/action";

type Kinds = ReadonlySet<Action["kind"]>;

/** Rows alone: what was observed is kept before anything is done about it. */
const rows: Kinds = new Set(["save-status", "allocate"]);
const preparations: Kinds = new Set(["prepare-pod", "prepare-image", "create-unit"]);
const routing: Kinds = new Set(["set-route", "serve-routes"]);
const beginnings: Kinds = new Set([...preparations, ...routing]);
/** What ends an instance stands between a route that must be held first and the start of another in its place. */
const starts: Kinds = new Set([...routing, "ensure-volume", "ensure-unit"]);

/**
 * Actions in phases of lanes. Lanes of a phase do not touch each other and go side by side: the status saved and numbers taken; preparations of
 * the pod and of each unit; while no route of the pod serves, telling the gateway that it is coming; and starts. A route
 * that serves is held only once all is prepared, and before an instance is ended; beside a start it may be held, for
 * then what it led to has ended already. Everything else goes one by one.
 */
export function phases(actions: readonly Action[], isServed: boolean): Action[][][] {
  const together = [rows, isServed ? preparations : beginnings, starts];
  const result: Action[][][] = [];
  for (let at = 0; at < actions.length; ) {
    const first = actions[at] as Action;
    const kinds = together.find((set) => set.has(first.kind));
    if (!kinds) {
      result.push([[first]]);
      at++;
      continue;
    }
    const from = at;
    while (at < actions.length && kinds.has((actions[at] as Action).kind)) at++;
    result.push(Object.values(Object.groupBy(actions.slice(from, at), laneOf)).map((lane) => lane ?? []));
  }
  return result;
}

/** What a step belongs to: steps of one lane are taken in order. */
function laneOf(action: Action): string {
  if (action.kind === "allocate") return `${action.allocation.kind} ${action.allocation.purpose}`;
  if (action.kind === "save-status") return "status";
  if (routing.has(action.kind)) return "routes";
  if (action.kind === "ensure-volume") return `unit ${action.volume.unit}`;
  return "run" in action ? `unit ${action.run.id.unit}` : "pod";
}
