import type { PodHealth, PodSummary, PodView } from "@agentpod/core/api/pod-view";
import type { Pod } from "@agentpod/core/pod";
import { productOf } from "@agentpod/core/products/product-of";
import type { Health, UnitStatus } from "@agentpod/core/status";
import type { PodFacts, RouteRow, Store } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import { hidePasswords } from "./basic-auth-users.ts";

const worstFirst: Health[] = ["unhealthy", "starting", "healthy", "none"];

/** The worst health among units; `none` where nothing is probed. */
export function overallHealth(units: readonly Pick<UnitStatus, "health">[]): Health {
  return worstFirst.find((health) => units.some((unit) => unit.health === health)) ?? "none";
}

export function summarizePod(pod: Pod, routes: RouteRow[], deps: Pick<AppDeps, "addresses">): PodSummary {
  const { status } = pod;
  return {
    id: pod.id,
    tenant: pod.tenant,
    name: pod.name,
    template: pod.template,
    product: productOf(pod.spec),
    desired: pod.desired,
    generation: pod.generation,
    observedGeneration: status.observedGeneration,
    phase: status.phase,
    message: status.message,
    health: overallHealth(status.units),
    addresses: deps.addresses(pod, routes),
    units: status.units,
    ...(pod.asleep && { asleep: pod.asleep }),
    server: pod.server,
    createdAt: pod.createdAt,
    updatedAt: pod.updatedAt,
  };
}

/** What the API says of a pod: everything but the values of its secrets. */
export function showPod(facts: PodFacts, deps: Pick<AppDeps, "addresses">): PodView {
  const { pod, adoption } = facts;
  return {
    ...summarizePod(pod, facts.routes, deps),
    inputs: pod.inputs,
    spec: hidePasswords(pod.spec),
    conditions: pod.status.conditions,
    failures: pod.status.failures,
    secrets: Object.keys(facts.secrets).sort(),
    ...(adoption && {
      adopted: {
        container: adoption.found.name,
        containerId: adoption.containerId,
        at: adoption.at,
        volumes: adoption.volumes,
        folders: adoption.folders,
      },
    }),
  };
}

/** Summaries of pods, with their routes from a fixed number of queries. */
export async function summarizePods(store: Store, pods: readonly Pod[], deps: Pick<AppDeps, "addresses">): Promise<PodSummary[]> {
  if (pods.length === 0) return [];
  const facts = await store.pods.facts(pods.map((pod) => pod.id));
  const routes = new Map(facts.map((entry) => [entry.pod.id, entry.routes]));
  return pods.map((pod) => summarizePod(pod, routes.get(pod.id) ?? [], deps));
}

/** The view of one pod, as its transaction sees it now. */
export async function viewPod(store: Store, pod: Pod, deps: Pick<AppDeps, "addresses">): Promise<PodView> {
  const [facts] = await store.pods.facts([pod.id]);
  return showPod(facts ?? { pod, allocations: [], routes: [], secrets: {} }, deps);
}

export function podHealthOf(pod: Pod): PodHealth {
  const { status } = pod;
  return {
    tenant: pod.tenant,
    name: pod.name,
    phase: status.phase,
    message: status.message,
    health: overallHealth(status.units),
    units: status.units.map(({ name, state, health, message, restarts, channels }) => ({
      name,
      state,
      health,
      message,
      restarts,
      ...(channels !== undefined && { channels }),
    })),
    conditions: status.conditions,
  };
}
