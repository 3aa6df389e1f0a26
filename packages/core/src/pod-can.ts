import type { Permission } from "./permission.ts";
import type { Desired } from "./pod.ts";

export const podActions = [
  "start",
  "stop",
  "sleep",
  "restart",
  "update",
  "rollback",
  "delete",
  "exec",
  "logs",
  "reveal_secret",
  "routes",
] as const;

export type PodAction = (typeof podActions)[number];

/** What the answer hangs on; a view of a pod has it. */
export interface PodFactsForAction {
  desired: Desired;
  units: readonly { state: "absent" | "created" | "running" | "exited" }[];
  /** Absent where it is not known, as in a list: then it forbids nothing. */
  spec?: { lifecycle: "service" | "task"; routes: readonly unknown[] };
}

export interface PodVerdict {
  allowed: boolean;
  /** For programs, and for translation. */
  code: "ok" | "permission" | "deleting" | "running" | "stopped" | "asleep" | "not_running" | "task" | "no_route";
  /** One sentence that says why not; empty where it is allowed. */
  reason: string;
}

const needed: Record<PodAction, Permission> = {
  start: "pod.write",
  stop: "pod.write",
  sleep: "pod.write",
  restart: "pod.write",
  update: "pod.write",
  rollback: "pod.write",
  routes: "pod.write",
  delete: "pod.delete",
  exec: "pod.exec",
  logs: "pod.logs",
  reveal_secret: "secret.reveal",
};

/** Asked of a pod that is going, these still make sense. */
const untilTheEnd: readonly PodAction[] = ["logs", "delete"];

/** Whether somebody with these permissions in the pod's tenant may do this to it now. The server decides by the same table; this says it before. */
export function podCan(permissions: ReadonlySet<Permission>, pod: PodFactsForAction, action: PodAction): PodVerdict {
  const permission = needed[action];
  if (!permissions.has(permission)) return no("permission", `This needs the permission ${permission}; ask an admin of the tenant.`);
  if (pod.desired === "deleted" && !untilTheEnd.includes(action)) return no("deleting", "The pod is being deleted.");
  switch (action) {
    case "start":
      return pod.desired === "running" ? no("running", "The pod is running already.") : yes;
    case "stop":
      return pod.desired === "stopped" ? no("stopped", "The pod is stopped already.") : yes;
    case "sleep":
      return canSleep(pod);
    case "exec":
      return pod.units.some((unit) => unit.state === "running") ? yes : no("not_running", "No unit of the pod is running; start it first.");
    default:
      return yes;
  }
}

const yes: PodVerdict = { allowed: true, code: "ok", reason: "" };
const no = (code: PodVerdict["code"], reason: string): PodVerdict => ({ allowed: false, code, reason });

function canSleep({ desired, spec }: PodFactsForAction): PodVerdict {
  if (desired === "stopped") return no("stopped", "The pod is stopped already.");
  if (desired === "sleeping") return no("asleep", "The pod is asleep already.");
  if (spec?.lifecycle === "task") return no("task", "The pod is a task, which ends by itself; stop it instead.");
  if (spec?.routes.length === 0) return no("no_route", "The pod has no route, so that no request could wake it; stop it instead.");
  return yes;
}
