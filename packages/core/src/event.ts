/** A thing that happened; append-only, and the audit trail. Never holds a secret. */
export interface AgentPodEvent {
  /** Opaque cursor, `<xid>-<id>`; later events have later cursors for a reader bounded by the oldest open transaction. */
  cursor: string;
  at: string;
  /** e.g. `pod.created`, `pod.phase_changed`, `unit.exited`, `tenant.deleted`, `token.created`. */
  type: string;
  tenant: string | null;
  /** Pod name, kept after the pod is gone. */
  pod: string | null;
  podId: string | null;
  /** `token:<id>`, `system`. */
  actor: string;
  /** Client address of the request; null for the system's own. */
  source: string | null;
  result: "ok" | "refused" | "failed";
  /** One sentence for people. */
  message: string;
  data: Record<string, unknown>;
}

export type NewEvent = Omit<AgentPodEvent, "cursor" | "at">;
