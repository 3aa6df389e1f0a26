import type { Operation } from "@agentpod/core/operation";

/** The pod that an operation makes from a backup, `<tenant>/<pod>`; null where it makes none that stays. */
export function newPodOf({ kind, input }: Pick<Operation, "kind" | "input">): string | null {
  if (kind !== "pod.copy" || typeof input !== "object" || input === null || Array.isArray(input)) return null;
  const { tenant, name } = input;
  return typeof tenant === "string" && typeof name === "string" ? `${tenant}/${name}` : null;
}
