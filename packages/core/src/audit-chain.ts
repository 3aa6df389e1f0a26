import type { AgentPodEvent } from "./event.ts";
import { hashOf } from "./hash.ts";

/** An event as the chain seals it: everything but its place among transactions, which a restore may change. */
export interface AuditRow extends Omit<AgentPodEvent, "cursor"> {
  id: number;
  /** ISO 8601 with microseconds, as the database keeps it. */
  at: string;
  tenantId: string | null;
}

/** Where a chain stands: `hash` covers every event up to `seq`. */
export interface ChainHead {
  /** 1 for the first event ever sealed; grows by one. */
  seq: number;
  /** Lower-case hex. */
  hash: string;
}

/** Before the first event. */
export const genesis: ChainHead = { seq: 0, hash: "0".repeat(64) };

/** The next seal: SHA-256 over the canonical JSON of its place, what came before, and the event. */
export function nextSeal(previous: ChainHead, row: AuditRow): ChainHead {
  const seq = previous.seq + 1;
  return { seq, hash: hashOf([seq, previous.hash, row]) };
}
