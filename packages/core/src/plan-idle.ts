import { upstreamId } from "./plan-routes.ts";
import { isToRun, type Pod } from "./pod.ts";
import type { PodView } from "./pod-view.ts";
import type { UpstreamLoad } from "./route-table.ts";
import type { PodSnapshot } from "./snapshot.ts";
import type { PodStatus } from "./status.ts";

/**
 * Milliseconds until a pod is to be put to sleep: 0 now, null while nothing but a change can lead there. Only what was
 * seen counts: without the gateway's word, or from before it started, nobody knows that a pod was idle.
 */
export function idleMs(snapshot: PodSnapshot, view: PodView, status: PodStatus, now: Date): number | null {
  const { pod, routes } = snapshot.facts;
  const { gateway } = snapshot;
  const { idle, lifecycle } = pod.spec;
  if (!idle || lifecycle === "task" || !isToRun(pod) || !gateway?.since || !isAtRest(snapshot, view)) return null;
  const loads = view.units.flatMap((unit) => (unit.current ? (gateway.load[upstreamId(unit.current)] ?? []) : []));
  const isIgnoring = ignoresOpenPages(pod);
  if (loads.some((load) => load.requests + (isIgnoring ? 0 : load.upgraded) > 0)) return null;
  const times = [
    gateway.since,
    pod.createdAt,
    ...view.units.map((unit) => unit.current?.startedAt),
    ...routes.map((route) => status.routes[route.id]?.switchedAt),
    ...loads.map((load) => (isIgnoring ? visitOf(load) : load.lastActivityAt)),
  ];
  const last = Math.max(...times.map((time) => (time ? Date.parse(time) : 0)));
  // A clock set back must not put everything to sleep: what lies ahead counts as now.
  const idleForMs = Math.max(0, now.getTime() - last);
  const busy = view.units.map((unit) => (unit.current ? snapshot.health[unit.current.runId]?.busyUntil : undefined));
  const busyMs = Math.max(0, ...busy.map((until) => (until ? Date.parse(until) - now.getTime() : 0)));
  return Math.max(0, idle.sleepAfterSeconds * 1000 - idleForMs, busyMs);
}

/** Whether what an open page does by itself neither keeps a pod awake nor wakes it. */
export const ignoresOpenPages = ({ spec }: Pick<Pod, "spec">): boolean => spec.idle?.openPages === "ignore";

/** A gateway that does not tell visits apart says the more careful thing. */
const visitOf = ({ lastVisitAt, lastActivityAt }: UpstreamLoad): string | null =>
  lastVisitAt === undefined ? lastActivityAt : lastVisitAt;

/** Everything runs as wanted and the gateway serves it: nothing is being started, switched or drained. */
function isAtRest({ facts: { routes }, gateway }: PodSnapshot, view: PodView): boolean {
  const served = gateway?.servedVersion ?? 0;
  return (
    routes.length > 0 &&
    view.strays.length === 0 &&
    view.units.every((unit) => unit.isReady && unit.old.length === 0) &&
    routes.every((route) => route.state === "serving" && route.version <= served)
  );
}
