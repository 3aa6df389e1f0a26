import { AppError } from "./errors.ts";
import type { Pod } from "./pod.ts";
import type { PodSpec } from "./pod-spec.ts";
import type { Tenant } from "./tenant.ts";

/** What pods hold or ask for. */
export interface Usage {
  pods: number;
  cpus: number;
  memoryMb: number;
}

/** Sums of the limits of one spec. */
export function usageOf(spec: PodSpec): Usage {
  return spec.units.reduce(
    (sum, { resources }) => ({ pods: 1, cpus: sum.cpus + resources.cpus, memoryMb: sum.memoryMb + resources.memoryMb }),
    { pods: 1, cpus: 0, memoryMb: 0 },
  );
}

/** Sums over the pods that are to run. */
export function tenantUsage(pods: readonly Pick<Pod, "desired" | "spec">[]): Usage {
  return pods
    .filter((pod) => pod.desired === "running")
    .map((pod) => usageOf(pod.spec))
    .reduce(add, { pods: 0, cpus: 0, memoryMb: 0 });
}

const add = (a: Usage, b: Usage): Usage => ({ pods: a.pods + b.pods, cpus: a.cpus + b.cpus, memoryMb: a.memoryMb + b.memoryMb });

const units = { pods: " running pods", cpus: " cores", memoryMb: " MB of memory" } as const;

/**
 * Throws `quota_exceeded`, saying what is left, when the tenant's pods and `asked` together pass its quota. `pods` are all
 * of the tenant's; the one that `asked` replaces (an update) or starts (a stopped one) is named by `self` and not counted.
 */
export function checkQuota(
  tenant: Pick<Tenant, "name" | "quota">,
  pods: readonly Pick<Pod, "id" | "desired" | "spec">[],
  asked: PodSpec,
  self?: string,
): void {
  const used = tenantUsage(pods.filter((pod) => pod.id !== self));
  const wanted = usageOf(asked);
  for (const kind of ["pods", "cpus", "memoryMb"] as const) {
    const limit = tenant.quota[kind];
    // Sums of tenths of a core are not exact in binary.
    if (limit === undefined || used[kind] + wanted[kind] <= limit + 1e-6) continue;
    const unit = units[kind];
    const left = round(Math.max(0, limit - used[kind]));
    throw new AppError(
      "quota_exceeded",
      `Tenant ${tenant.name} may have ${limit}${unit} in all; ${left}${unit} left, this pod asks for ${round(wanted[kind])}. ` +
        "Stop or delete a pod, ask for less, or have the quota raised.",
      { issues: [{ path: `quota.${kind}`, expected: `at most ${left}${unit} more` }] },
    );
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;
