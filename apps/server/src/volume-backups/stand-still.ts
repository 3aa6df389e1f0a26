import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import type { Run } from "../workflows/workflow.ts";

/** Holds a pod for this operation; gives the generation that says so. */
export const holdPod = (run: Run, pod: string, subject: string): Promise<number> =>
  run.change("hold", { subject, message: "Stopping it for its data." }, async (store) => (await store.pods.hold(pod, run.id)).generation);

/** Waits until it stands still, and each unit with volumes has an instance through which they can be reached. */
export async function standStill(run: Run, pod: string, subject: string, generation: number): Promise<void> {
  await run.step("stand-still", { subject, message: "Waiting until it stands still.", withinSeconds: 1800 }, (at) =>
    at.until(async (store) => {
      const now = requireThere(await store.pods.getById(pod));
      const { status, spec } = now;
      const isStill = status.observedGeneration >= generation && status.phase === "stopped";
      const lacking = spec.units.find(
        (unit) => unit.volumes.length > 0 && !status.units.some((u) => u.name === unit.name && u.state !== "absent"),
      );
      return isStill && lacking === undefined ? { is: "done", value: null } : { is: "waiting", message: status.message };
    }),
  );
}

/** Lets a pod go on; with `use` with the copies that were filled. Gives the generation that says so. Made even if the operation is to end. */
export const letGo = (run: Run, pod: string, subject: string, use: boolean): Promise<number | null> =>
  run.change("let-go", { subject, message: "Letting it go on.", evenIfCancelled: true }, async (store) => {
    const [there] = await store.pods.facts([pod]);
    return there === undefined ? null : (await store.pods.unhold(pod, run.id, use)).generation;
  });

/** Throws `conflict` for one that is going. */
export function requireThere(pod: Pod): Pod {
  if (pod.desired === "deleted") throw new AppError("conflict", `Pod ${podLabel(pod)} was deleted meanwhile.`);
  return pod;
}
