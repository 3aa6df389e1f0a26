import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import type { PodSummary } from "@agentpod/core/api/pod-view";

type Package = Pick<AgentPackageView, "name" | "version" | "tenantId">;

/** What a pod is made from, in its newest version: its tenant's own package before the installation's. Null where there is none. */
export function packageOf<P extends Package>(
  pod: Pick<PodSummary, "template">,
  tenantId: string | undefined,
  packages: readonly P[],
): P | null {
  const named = packages.filter(({ name }) => name === pod.template?.name);
  return named.find((one) => tenantId !== undefined && one.tenantId === tenantId) ?? named.find((one) => one.tenantId === null) ?? null;
}

/** A version that the pod could be upgraded to; null where it has the newest. */
export function newerVersion(pod: Pick<PodSummary, "template">, tenantId: string | undefined, packages: readonly Package[]): number | null {
  const newest = packageOf(pod, tenantId, packages)?.version ?? null;
  return newest !== null && pod.template !== null && newest > pod.template.version ? newest : null;
}
