import { defaultHosts, withDefaultHosts } from "@agentpod/core/hostnames";
import type { RouteRow, Store } from "@agentpod/core/store";

interface DraftedRoute {
  hosts: string[];
  path: string;
}

/**
 * The drafted routes with the pod's own hosts. A pod keeps the ones it has; a new one gets the first that nobody has.
 * Two that ask at once: `routes.replace` decides, and gives `conflict`.
 */
export async function withPodHosts<R extends DraftedRoute>(
  store: Pick<Store, "routes">,
  pod: { name: string; tenant: string },
  routes: readonly R[],
  bases: readonly string[],
  held: readonly RouteRow[],
): Promise<R[]> {
  if (routes.length === 0) return [];
  const own = new Set(held.flatMap((row) => row.hosts));
  const kept = tryHosts(pod, bases, (host) => !own.has(host));
  if (kept !== null) return withDefaultHosts(routes, kept);
  const known = new Set<string>();
  for (;;) {
    const hosts = defaultHosts(pod.name, pod.tenant, bases, (host) => known.has(host));
    const taken = (await store.routes.taken(hosts)).filter((host) => !own.has(host));
    if (taken.length === 0) return withDefaultHosts(routes, hosts);
    for (const host of taken) known.add(host);
  }
}

function tryHosts(pod: { name: string; tenant: string }, bases: readonly string[], taken: (host: string) => boolean): string[] | null {
  try {
    return defaultHosts(pod.name, pod.tenant, bases, taken);
  } catch {
    return null;
  }
}
