import type { OperationView } from "@agentpod/core/api/operation-view";
import type { OperationStep } from "@agentpod/core/operation";
import { age, printable } from "./format-values.ts";

/** An operation for people, with what it is about and its steps. */
export function describeOperation(operation: OperationView): string {
  const { id, kind, state, message, position, steps, createdAt, actor, error } = operation;
  const place = position === null ? "" : `, ${position === 1 ? "the next" : `place ${position}`} in the queue`;
  const pods = operation.pods.map(({ name }) => name);
  return [
    `${kind} ${id}`,
    `state    ${state}${place}`,
    `message  ${printable(message)}`,
    ...(error?.issues ?? []).map((issue) => `         ${issue.path}: expected ${printable(issue.expected)}`),
    `asked    ${age(createdAt)} ago by ${actor}`,
    ...(pods.length > 0 ? [`pods     ${pods.slice(0, 10).join(", ")}${pods.length > 10 ? ` and ${pods.length - 10} more` : ""}`] : []),
    ...(steps.length > 0 ? ["steps", ...steps.map((step) => `  ${describeStep(step)}`)] : []),
  ].join("\n");
}

export function describeStep({ seq, name, subject, state, message, startedAt, endedAt }: OperationStep): string {
  const seconds = endedAt === null ? "" : ` (${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s)`;
  return `${String(seq).padStart(3)} ${state.padEnd(9)} ${name}${subject === null ? "" : ` ${subject}`}: ${printable(message)}${seconds}`;
}
