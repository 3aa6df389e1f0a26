import type { OperationStep } from "@agentpod/core/operation";

export interface StepGroup {
  /** A pod mostly; null: the operation as a whole. */
  subject: string | null;
  state: OperationStep["state"];
  steps: OperationStep[];
}

/** Steps by what they are about, in the order in which each was first touched. A group stands as its last step does, or as one that still runs. */
export function groupSteps(steps: readonly OperationStep[]): StepGroup[] {
  const groups = new Map<string | null, OperationStep[]>();
  for (const step of steps) groups.set(step.subject, [...(groups.get(step.subject) ?? []), step]);
  return [...groups].map(([subject, own]) => ({
    subject,
    state: own.some(({ state }) => state === "running") ? "running" : (own.at(-1)?.state ?? "running"),
    steps: own,
  }));
}
