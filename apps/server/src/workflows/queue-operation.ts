import { randomUUID } from "node:crypto";
import { parseInput } from "@agentpod/core/draft-issues";
import type { Json, Operation } from "@agentpod/core/operation";
import type { Pod } from "@agentpod/core/pod";
import { podLabel } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Workflow } from "./workflow.ts";

export interface OperationRequest<I> {
  input: I;
  /** Whose it is; null: it is about several tenants, and only who may everything sees it. */
  tenant: { id: string; name: string } | null;
  /** No other operation has these until it ends. */
  pods: readonly Pod[];
  actor: string;
}

/**
 * Puts an operation into the queue, in the caller's transaction, whose event wakes who runs it. Throws `conflict` where one of the
 * pods has an operation under way.
 */
export function queueOperation<I>(
  store: Store,
  workflow: Pick<Workflow<I>, "kind" | "input">,
  { input, tenant, pods, actor }: OperationRequest<I>,
): Promise<Operation> {
  return store.operations.insert({
    id: randomUUID(),
    kind: workflow.kind,
    tenantId: tenant?.id ?? null,
    tenant: tenant?.name ?? null,
    pods: pods.map((pod) => ({ id: pod.id, name: podLabel(pod) })),
    actor,
    input: parseInput(workflow.input, input) as Json,
    message: "Waiting for its turn.",
  });
}
