import type { PodSummary } from "@agentpod/core/api/pod-view";
import { age } from "./format-values.ts";
import type { TableContent } from "./render-table.ts";

/** Pods as a table. */
export function podTable(pods: readonly PodSummary[]): TableContent {
  const rows = pods.map((pod) => [
    `${pod.tenant}/${pod.name}`,
    pod.phase,
    pod.health,
    pod.template === null ? "-" : `${pod.template.name}@${pod.template.version}`,
    String(pod.units.reduce((sum, unit) => sum + unit.restarts, 0)),
    age(pod.createdAt),
    pod.addresses[0] ?? "-",
  ]);
  return { head: ["POD", "PHASE", "HEALTH", "TEMPLATE", "RESTARTS", "AGE", "ADDRESS"], rows };
}
