import type { Operation, OperationStep } from "@agentpod/core/operation";
import type { operationSteps } from "../schema/operation-steps.ts";
import type { operations } from "../schema/operations.ts";

/** A row as core has it; `position` is its place in the queue of its kind. */
export function operationOf(row: typeof operations.$inferSelect, position: number | null): Operation {
  const { id, kind, tenantId, tenant, pods, actor, state, input, output, message, error, cancelledBy } = row;
  return {
    ...{ id, kind, tenantId, tenant, pods, actor, state, input, output, message, error, cancelledBy },
    position: state === "queued" ? position : null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

export function stepOf({ seq, name, subject, state, message, startedAt, endedAt }: typeof operationSteps.$inferSelect): OperationStep {
  return { seq, name, subject, state, message, startedAt: startedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
