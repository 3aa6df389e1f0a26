import type { Store } from "@agentpod/core/store";
import type { Look } from "../workflows/workflow.ts";
import type { DeployDeps } from "./deploy-deps.ts";
import { findPod } from "./deploy-looks.ts";
import type { Written } from "./deploy-writes.ts";

/** Looks whether no instance is left but those of the present generation; what somebody changed meanwhile is theirs. */
export function lookForDrained(
  { runtime }: Pick<DeployDeps, "runtime">,
  { pod: id, generation }: Written,
): (store: Store) => Promise<Look<null>> {
  return async (store) => {
    const pod = await findPod(store, id);
    if (pod === null || pod.generation !== generation) return { is: "done", value: null };
    const present = new Set(pod.status.units.map(({ name, revision }) => `${name} ${revision}`));
    const { units } = await runtime.observe([id]);
    const left = units.filter((unit) => !present.has(`${unit.id.unit} ${unit.id.revision}`));
    if (left.length === 0) return { is: "done", value: null };
    return { is: "waiting", message: "Requests that are under way may end first.", againMs: 1000 };
  };
}
