import type { Action } from "./action.ts";
import { isDue } from "./plan-backoff.ts";
import type { PodView, UnitView } from "./pod-view.ts";
import type { RouteState, Upstream } from "./route-table.ts";
import type { ObservedUnit } from "./runtime.ts";
import type { PodSnapshot } from "./snapshot.ts";
import type { RouteRow } from "./store.ts";

interface Target {
  state: RouteState;
  message: string;
  upstreams: Upstream[];
}

export const upstreamId = (unit: ObservedUnit): string => `${unit.id.pod}/${unit.id.unit}/${unit.id.revision}`;

/** Changes to what the gateway serves for this pod, in front of anything that ends an old instance. */
export function planRoutes(snapshot: PodSnapshot, view: PodView, now: Date): Action[] {
  const { routes } = snapshot.facts;
  const actions = routes.flatMap((route): Action[] => {
    const target = routeTarget(snapshot, route, view);
    if (isSame(route, target)) return [];
    const unit = view.units.find((u) => u.spec.name === route.unit);
    const candidate = candidateProbe(route, target, unit);
    // The gateway could not reach this very run when last tried: not at every look again.
    if (candidate && unit?.failure?.reason === "candidate" && unit.failure.runId === unit.current?.runId && !isDue(unit.failure, now))
      return [];
    return [{ kind: "set-route", route: route.id, ...target, candidate, unit: route.unit }];
  });
  const stored = Math.max(0, ...routes.map((route) => route.version));
  const isBehind = snapshot.gateway !== null && snapshot.gateway.servedVersion < stored;
  return actions.length > 0 || isBehind ? [...actions, { kind: "serve-routes" }] : [];
}

/** What a route is to serve: the wanted instance once it is ready, the old one until then. */
function routeTarget(snapshot: PodSnapshot, route: RouteRow, view: PodView): Target {
  const { pod } = snapshot.facts;
  const label = `${pod.tenant}/${pod.name}`;
  const none = (state: RouteState, message: string): Target => ({ state, message, upstreams: [] });
  // Until it serves, a pod that wakes is asleep to those who wait: for as long as its route lets them, not as at an update.
  const asleep = none("sleeping", `${label} is asleep.`);
  if (pod.desired === "sleeping" || (pod.desired === "stopped" && route.wake)) return asleep;
  if (pod.desired === "stopped") return none("stopped", `${label} is stopped.`);
  if (pod.held !== null) return none("holding", `${label} stands still while its data is copied or brought back.`);
  const unit = view.units.find((u) => u.spec.name === route.unit);
  if (!unit) return none("unready", `${label} has no unit ${route.unit}.`);
  const to = (instance: ObservedUnit): Target | null => {
    const address = instance.endpoints[route.port];
    return address ? { state: "serving", message: "", upstreams: [{ id: upstreamId(instance), address }] } : null;
  };
  const ready = unit.isReady && unit.current ? to(unit.current) : null;
  if (ready) return ready;
  const serving = unit.old.find((o) => o.state === "running" && route.upstreams.some((u) => u.id === upstreamId(o)));
  if (serving && (unit.rollout === "overlap" || !unit.starts)) return to(serving) ?? none("holding", `${label} is starting.`);
  const isComing = unit.starts || unit.current?.state === "running" || !unit.dependenciesReady;
  const isAsleep = route.state === "sleeping";
  if (isComing && (unit.failure?.count ?? 0) < 3) return isAsleep ? asleep : none("holding", `${label} is starting.`);
  return none("unready", unit.failure ? `${label} is not running: it keeps failing and is tried again.` : `${label} is starting.`);
}

function isSame(route: RouteRow, target: Target): boolean {
  return (
    route.state === target.state &&
    route.message === target.message &&
    JSON.stringify(route.upstreams.map(flat)) === JSON.stringify(target.upstreams.map(flat))
  );
}

function flat({ id, address }: Upstream): unknown[] {
  return address.kind === "tcp" ? [id, address.host, address.port] : [id, address.path];
}

/** A switch from one serving instance to another is first tried through the gateway. */
function candidateProbe(
  route: RouteRow,
  target: Target,
  unit: UnitView | undefined,
): { host: string; path: string; timeoutSeconds: number } | null {
  const from = route.upstreams[0];
  const to = target.upstreams[0];
  const probe = unit?.spec.probe;
  if (route.state !== "serving" || !from || !to || from.id === to.id || probe?.kind !== "http" || probe.port !== route.port) return null;
  return { host: route.hosts[0] ?? "localhost", path: probe.path, timeoutSeconds: probe.timeoutSeconds };
}
