import type { Deployment } from "@agentpod/core/deployment";
import type { Store } from "@agentpod/core/store";

/** What the event log says of a deployment's end. */
export function deploymentEvent(
  { id, tenantId, tenant, name, number, podId }: Deployment,
  actor: string,
  state: string,
  message: string,
): Parameters<Store["events"]["append"]>[0] {
  const about = { tenantId, tenant, pod: name, podId, actor, source: null };
  return { ...about, type: `deployment.${state}`, result: state === "failed" ? "failed" : "ok", message, data: { deployment: id, number } };
}
