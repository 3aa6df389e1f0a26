import { toAppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Failure } from "@agentpod/core/status";
import type { Store } from "@agentpod/core/store";
import type { Look } from "../workflows/workflow.ts";

/** How a wait for a pod ended: well, or with why not. */
export type PodEnd = { is: "well" } | { is: "failed"; unit: string | null; reason: string; message: string };

export interface LookFor {
  pod: string;
  generation: number;
  /** Those that have to be healthy; null: all of its units. */
  units: readonly string[] | null;
  /** So many failures of one unit end the wait. */
  failures: number;
  /** `units` are healthy; the gateway has `routed` to them, too; or a task is `done`. */
  until: "healthy" | "routed" | "done";
}

/** Looks whether a pod has come up in a generation. Somebody else's later generation, or its end, is a failure: what was waited for will not come. */
export function lookForPod({ pod: id, generation, units, failures, until }: LookFor): (store: Store) => Promise<Look<PodEnd>> {
  return async (store) => {
    const pod = await findPod(store, id);
    if (pod === null || pod.desired === "deleted") return failed(null, "changed", "The pod was deleted in the meantime.");
    if (pod.generation !== generation) return failed(null, "changed", "Somebody changed the pod in the meantime.");
    const { status } = pod;
    if (status.observedGeneration < generation) return { is: "waiting" };
    const wanted = status.units.filter(({ name }) => units === null || units.includes(name));
    if (until === "done" ? status.phase === "succeeded" : isUp(pod, wanted, until)) return { is: "done", value: { is: "well" } };
    for (const { name, revision } of wanted) {
      const failure = Object.hasOwn(status.failures, name) ? status.failures[name] : undefined;
      if (failure !== undefined && failure.revision === revision && isFinal(failure, failures))
        return failed(name, failure.reason, failure.message);
    }
    const stuck = status.conditions.find(({ type, status: is, fault }) => type === "Admitted" && is === "false" && fault === "user");
    if (stuck) return failed(null, stuck.reason, stuck.message);
    if (status.phase === "failing") return failed(null, "failing", status.message);
    // That it is on its way is what the step says of itself.
    return status.phase === "starting" || status.phase === "running" ? { is: "waiting" } : { is: "waiting", message: status.message };
  };
}

/** Null where there is none any more. */
export async function findPod(store: Pick<Store, "pods">, id: string): Promise<Pod | null> {
  return store.pods.getById(id).catch((error: unknown) => {
    if (toAppError(error).code === "not_found") return null;
    throw error;
  });
}

/** Looks whether pods are gone with all that they had. */
export function lookForGone(ids: readonly string[]): (store: Store) => Promise<Look<null>> {
  return async (store) => {
    for (const id of ids) {
      const pod = await findPod(store, id);
      if (pod !== null) return { is: "waiting", message: pod.status.message };
    }
    return { is: "done", value: null };
  };
}

function isUp({ status }: Pod, wanted: Pod["status"]["units"], until: LookFor["until"]): boolean {
  const areUp =
    wanted.length > 0 && wanted.every(({ state, health }) => state === "running" && (health === "healthy" || health === "none"));
  return areUp && (until === "healthy" || status.phase === "running");
}

/** What the runtime did not do may be done the next time; what the user has to mend will not. */
function isFinal({ retry, count, reason, fault }: Failure, most: number): boolean {
  return !retry || (count >= most && (fault === "user" || reason === "exited" || reason === "oom" || reason === "unhealthy")) || count >= 5;
}

const failed = (unit: string | null, reason: string, message: string): Look<PodEnd> => ({
  is: "done",
  value: { is: "failed", unit, reason, message },
});
