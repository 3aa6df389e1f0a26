import type { Pod } from "@agentpod/core/pod";
import type { Note } from "./route.ts";

/** A note about one pod. */
export function notePod(pod: Pod, message: string, data: Record<string, unknown> = {}): Note {
  return { tenantId: pod.tenantId, tenant: pod.tenant, pod: pod.name, podId: pod.id, message, data };
}
