import type { AdoptedUnit } from "./adopt.ts";
import type { Desired } from "./pod.ts";
import type { RouteState, Upstream } from "./route-table.ts";
import type { PodScope, UnitId, UnitRun, VolumeId } from "./runtime.ts";
import type { PodStatus } from "./status.ts";
import type { Allocation } from "./store.ts";

/**
 * One step towards what is wanted, with every name, port and reference final: the applier chooses nothing. Steps of
 * one plan are taken in order; the first that fails ends the round.
 */
export type Action =
  /** First in a plan, so that what was observed (a failure counted, say) is kept before anything is done about it. */
  | { kind: "save-status"; status: PodStatus }
  | { kind: "set-desired"; desired: Desired; reason: string }
  | { kind: "allocate"; allocation: Allocation }
  | { kind: "release"; allocation: Allocation }
  | { kind: "prepare-pod"; scope: PodScope }
  | { kind: "adopt-unit"; unit: AdoptedUnit }
  | { kind: "release-unit"; unit: AdoptedUnit }
  | { kind: "prepare-image"; run: UnitRun }
  /** `run` as in `ensure-unit`. */
  | { kind: "create-unit"; run: UnitRun }
  | { kind: "ensure-volume"; volume: VolumeId; scope: PodScope }
  /** `run` still holds `{{ secrets.x }}`; the applier fills them in. */
  | { kind: "ensure-unit"; run: UnitRun }
  /** Tells a running unit what of its environment has changed; what comes of it is kept in the status. `run` as in `ensure-unit`. */
  | { kind: "apply-live"; run: UnitRun; env: string[]; command: string[]; timeoutSeconds: number }
  | { kind: "stop-unit"; id: UnitId; graceSeconds: number; reason: string }
  | { kind: "remove-unit"; id: UnitId; graceSeconds: number; reason: string }
  /** With `candidate`: first asked through the gateway; only an answer below 500 lets it be switched to. */
  | {
      kind: "set-route";
      route: string;
      state: RouteState;
      message: string;
      upstreams: Upstream[];
      candidate: { host: string; path: string; timeoutSeconds: number } | null;
      unit: string;
    }
  /** The route table as stored is put to the gateway. */
  | { kind: "serve-routes" }
  | { kind: "drop-routes" }
  | { kind: "remove-volume"; volume: VolumeId }
  | { kind: "remove-pod" }
  /** Row, allocations and secrets go; a tombstone stays. */
  | { kind: "forget" };

export type ActionKind = Action["kind"];

/** Every kind, for tests that must walk all of them. */
export const actionKinds = [
  "save-status",
  "set-desired",
  "allocate",
  "release",
  "prepare-pod",
  "adopt-unit",
  "release-unit",
  "prepare-image",
  "create-unit",
  "ensure-volume",
  "ensure-unit",
  "apply-live",
  "stop-unit",
  "remove-unit",
  "set-route",
  "serve-routes",
  "drop-routes",
  "remove-volume",
  "remove-pod",
  "forget",
] as const satisfies readonly ActionKind[];

/** What an action does, in words for `reconcile --dry-run` and logs; never holds an environment value. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case "save-status":
      return `${action.status.phase}: ${action.status.message}`;
    case "set-desired":
      return `${action.desired}: ${action.reason}`;
    case "allocate":
    case "release":
      return `${action.allocation.kind} ${action.allocation.value} ${action.allocation.purpose}`.trimEnd();
    case "prepare-pod":
      return action.scope.subnet ?? (action.scope.uid === null ? "directory" : `directory, uid ${action.scope.uid}`);
    case "adopt-unit":
    case "release-unit":
      return `${action.unit.id.unit}: ${action.unit.found.name}`;
    case "prepare-image":
      return `${action.run.id.unit}: ${action.run.build ? "build" : (action.run.image ?? "local program")}`;
    case "create-unit":
    case "ensure-unit":
      return `${action.run.id.unit} at ${action.run.id.revision}`;
    case "apply-live":
      return `${action.run.id.unit}: ${action.env.join(", ")}`;
    case "ensure-volume":
    case "remove-volume":
      return `${action.volume.unit}/${action.volume.volume}`;
    case "stop-unit":
    case "remove-unit":
      return `${action.id.unit} at ${action.id.revision}: ${action.reason}`;
    case "set-route":
      return `${action.state} ${action.upstreams.map((u) => u.id.split("/").slice(1).join("@")).join(", ")}`.trimEnd();
    case "serve-routes":
    case "drop-routes":
    case "remove-pod":
    case "forget":
      return "";
  }
}
