import type { PatchRouteRequest } from "@agentpod/core/api/pod-route-view";
import { invalidInput } from "@agentpod/core/draft-issues";
import { AppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import type { Pod } from "@agentpod/core/pod";
import { podLabel } from "@agentpod/core/pod";
import type { PodSpec } from "@agentpod/core/pod-spec";
import { routePolicies } from "@agentpod/core/route-policies";
import type { Tenant } from "@agentpod/core/tenant";
import { hashPasswords, keepPasswords } from "./basic-auth-users.ts";
import { type Writer, writeSpec } from "./write-pod.ts";

/** The same request with its passwords hashed; to be done before a transaction, for it is slow. */
export async function hashRoutePasswords(change: PatchRouteRequest, index: number): Promise<PatchRouteRequest> {
  if (!change.policies?.basicAuth) return change;
  // At the place where the route stands in the spec, so that what is wrong is told by its path there.
  const routes = [...Array.from({ length: index }, () => ({})), { policies: change.policies }];
  const hashed = (await hashPasswords({ routes })) as { routes: { policies?: PatchRouteRequest["policies"] }[] };
  return { ...change, policies: hashed.routes[index]?.policies };
}

/** Writes the pod's next generation with one route changed; its template and inputs stay. Throws what the rules of specs throw. */
export async function patchRoute(writer: Writer, tenant: Tenant, pod: Pod, index: number, change: PatchRouteRequest): Promise<Pod> {
  const route = pod.spec.routes[index];
  if (!route) {
    const count = pod.spec.routes.length;
    const known = count === 0 ? "it has none" : `it has ${count}, counted from 0`;
    throw new AppError("not_found", `pod ${podLabel(pod)} has no route ${index}; ${known}`);
  }
  await checkRemoved(writer, pod, route, change.removeHosts ?? []);
  const routes: unknown[] = pod.spec.routes.with(index, changed(route, change) as typeof route);
  return writeSpec(writer, tenant, pod, keepPasswords({ ...pod.spec, routes }, pod.spec), change.generation);
}

function changed(route: PodSpec["routes"][number], change: PatchRouteRequest): object {
  const { addHosts = [], removeHosts = [], policies, generation: _expected, ...rest } = change;
  const hosts = [...new Set([...route.hosts.filter((host) => !removeHosts.includes(host)), ...addHosts])];
  const next = { ...route, ...rest, hosts, policies: policies === undefined ? route.policies : mergedPolicies(route.policies, policies) };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== null));
}

/** Undefined where nothing is left but what holds without any policies. */
function mergedPolicies(present: object | undefined, changes: object): object | undefined {
  const given = Object.entries({ ...present, ...changes }).filter(([, value]) => value !== undefined && value !== null);
  const defaults: Record<string, unknown> = routePolicies.parse({});
  const isPlain = given.every(([key, value]) => canonicalJson(value) === canonicalJson(defaults[key] ?? null));
  return isPlain ? undefined : Object.fromEntries(given);
}

/** The pod's own hosts are not in its spec, and it always has them. */
async function checkRemoved({ store }: Writer, pod: Pod, route: PodSpec["routes"][number], hosts: readonly string[]): Promise<void> {
  const undeclared = hosts.filter((host) => !route.hosts.includes(host));
  if (undeclared.length === 0) return;
  const [facts] = await store.pods.facts([pod.id]);
  const own = hosts.findIndex(
    (host) => undeclared.includes(host) && facts?.routes.some((row) => row.hosts.includes(host) && isOwn(pod, host)),
  );
  if (own < 0) return;
  throw invalidInput([{ path: `removeHosts[${own}]`, expected: `a host that was added; ${hosts[own]} is the pod's own and stays` }]);
}

const isOwn = (pod: Pod, host: string): boolean => pod.spec.routes.every((route) => !route.hosts.includes(host));
