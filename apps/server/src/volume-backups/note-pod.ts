import type { NewEvent } from "@agentpod/core/event";
import type { Store } from "@agentpod/core/store";

interface About {
  tenantId: string;
  tenant: string;
  podId: string;
  pod: string;
}

/** What happened to a pod, on an operation's word; also of a pod that is gone by now. */
export const notePod = (
  store: Pick<Store, "events">,
  { tenantId, tenant, podId, pod }: About,
  event: Pick<NewEvent, "type" | "result" | "actor" | "message" | "data">,
): Promise<void> => store.events.append({ ...event, tenantId, tenant, podId, pod, source: null });
