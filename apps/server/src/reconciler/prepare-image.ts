import { AppError, toAppError } from "@agentpod/core/errors";
import { redactor } from "@agentpod/core/redact";
import type { UnitRun } from "@agentpod/core/runtime";
import type { PodSnapshot } from "@agentpod/core/snapshot";
import type { World } from "./world.ts";

const askMs = 2000;

/**
 * Image and code of a unit, which may take many minutes: other pods go on meanwhile. `stop` when the pod's intent has changed by then, which
 * ends a build. What a build that failed says of itself is thrown without values of the pod's secrets: it stands in statuses, events and the log.
 */
export async function prepareImage(world: World, { facts: { pod } }: PodSnapshot, run: UnitRun): Promise<"done" | "stop"> {
  const { database, runtime, log } = world;
  const changed = new AbortController();
  const ask = async (): Promise<void> => {
    const now = await database.asSystem((store) => store.pods.getById(pod.id));
    if (now.generation !== pod.generation) changed.abort(new Error("the pod's intent has changed"));
  };
  // A database that does not answer ends no build.
  const asking = setInterval(() => void ask().catch(() => undefined), askMs);
  try {
    // What a build says is in the pod's own log, where its secrets are known.
    const say = (line: string): void => {
      if (!run.build) log.info({ pod: `${pod.tenant}/${pod.name}`, unit: run.id.unit }, line);
    };
    const prepare = () => runtime.prepareImage(run, say, changed.signal);
    await (world.aside ? world.aside(prepare) : prepare());
    return "done";
  } catch (error) {
    if (changed.signal.aborted) return "stop";
    const { code, message, issues } = toAppError(error);
    if (!run.build || code !== "invalid") throw error;
    const clean = redactor(await database.asSystem((store) => store.secrets.reveal(pod.id)));
    // Without a cause, which would say it again.
    throw new AppError(code, clean(message), { issues });
  } finally {
    clearInterval(asking);
  }
}
