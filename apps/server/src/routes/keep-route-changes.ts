import { canonicalJson } from "@agentpod/core/hash";
import type { PodSpec } from "@agentpod/core/pod-spec";

type Route = PodSpec["routes"][number];

const changeable = ["hosts", "path", "timeoutSeconds", "drainSeconds", "policies", "split", "wake", "wakeSeconds"] as const;

/**
 * A template rendered anew, with what was changed on the pod's routes since it was last rendered: hosts and policies set
 * on a route outlive a change of inputs and a newer version of the template. A route of another unit or port is another.
 * `rendered`: as the template made it last; `present`: as the pod has it.
 */
export function keepRouteChanges(rendered: PodSpec, present: PodSpec, next: PodSpec): PodSpec {
  const routes = next.routes.map((route, i) => {
    const [was, is] = [rendered.routes[i], present.routes[i]];
    return was && is && isSame(was, route) && isSame(is, route) ? { ...route, ...changesOf(was, is) } : route;
  });
  return { ...next, routes };
}

const isSame = (a: Route, b: Route): boolean => a.unit === b.unit && a.port === b.port;

function changesOf(was: Route, is: Route): Partial<Route> {
  const changes = changeable.filter((key) => canonicalJson(was[key] ?? null) !== canonicalJson(is[key] ?? null));
  return Object.fromEntries(changes.map((key) => [key, is[key]]));
}
