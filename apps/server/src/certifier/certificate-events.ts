import type { Certificate } from "@agentpod/core/certificate";
import type { NewEvent } from "@agentpod/core/event";
import type { Store } from "@agentpod/core/store";

/** Appends an event about a certificate, in its tenant's name. */
export function noteCertificateEvent(
  store: Store,
  { id, names, source, tenant, tenantId }: Certificate,
  event: Pick<NewEvent, "type" | "result" | "message"> & { data?: Record<string, unknown> },
): Promise<void> {
  const { data, ...said } = event;
  return store.events.append({
    ...said,
    tenant,
    tenantId,
    pod: null,
    podId: null,
    actor: "system",
    source: null,
    data: { certificate: id, names, source, ...data },
  });
}

/** Of failures in a row the first is told, and the third, which is no accident any more. */
export const isFailureTold = (failuresBefore: number): boolean => failuresBefore === 0 || failuresBefore === 2;
