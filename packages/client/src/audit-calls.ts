import type { ArchiveResult, AuditSettings, AuditStatus, AuditVerification } from "@agentpod/core/api/audit-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import type { EventFilter } from "@agentpod/core/store";
import type { Transport } from "./transport.ts";

/** The audit trail: events, their chain, and its archives. */
export function auditCalls(transport: Transport) {
  return {
    /** The newest, newest first. */
    list: (query: EventFilter & { before?: string; limit?: number }) =>
      transport.json<AgentPodEvent[]>("GET", "/audit", { query: { ...query } }),
    /** All that fit, oldest first, in pieces as they come. */
    export: (query: EventFilter & { format: "csv" | "jsonl" }, signal?: AbortSignal) =>
      transport.stream("GET", "/audit/export", { query: { ...query }, ...(signal === undefined ? {} : { signal }) }),
    status: () => transport.json<AuditStatus>("GET", "/audit/status"),
    setSettings: (settings: AuditSettings) => transport.json<AuditSettings>("PUT", "/audit/settings", { json: settings }),
    verify: () => transport.json<AuditVerification>("POST", "/audit/verify", { json: {} }),
    archive: (olderThanDays: number) => transport.json<ArchiveResult>("POST", "/audit/archive", { json: { olderThanDays } }),
  };
}
