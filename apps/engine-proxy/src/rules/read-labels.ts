import { AppError } from "@agentpod/core/errors";
import type { PodScope } from "@agentpod/core/runtime";
import { label } from "@agentpod/runtimes/docker/names";

type Key = keyof typeof label;
const always = ["installation", "pod", "tenant", "name", "egress"] as const satisfies readonly Key[];

/** The labels of something that is to be made: these, those that it may have, and no other. Throws `forbidden`. */
export function readLabels(
  given: Record<string, string>,
  more: readonly Key[],
  optional: readonly Key[] = [],
): { installation: string; scope: PodScope; labels: Record<string, string> } {
  const keys: readonly Key[] = [...always, ...more];
  const known = new Set<string>([...keys, ...optional].map((key) => label[key]));
  const isWhole = Object.keys(given).every((key) => known.has(key)) && keys.every((key) => given[label[key]] !== undefined);
  const labels = Object.fromEntries(keys.map((key) => [key, given[label[key]] ?? ""]));
  const { installation = "", pod = "", tenant = "", name = "", egress } = labels;
  if (!isWhole || (egress !== "open" && egress !== "none")) throw new AppError("forbidden", `labels: expected ${[...known].join(", ")}`);
  return { installation, scope: { pod, tenant, name, egress, subnet: null, uid: null }, labels };
}
