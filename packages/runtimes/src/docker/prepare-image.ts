import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";
import { buildImage } from "./build-image.ts";
import type { DriverContext } from "./driver-context.ts";
import { isStatus } from "./engine-error.ts";
import { buildTag } from "./names.ts";
import { pullImage } from "./pull-image.ts";

/** What a run's image is called on the engine. Throws `invalid` for a run that has none. */
export function imageOf(run: UnitRun, installation: string): string {
  if (run.build) return buildTag(installation, run.id.pod, run.build);
  if (run.image !== null) return run.image;
  throw new AppError(
    "invalid",
    `Unit ${run.id.unit} has neither image nor build: a container engine needs one (units.${run.id.unit}.image).`,
  );
}

export interface EngineImage {
  id: string;
  /** User that it names; `""` for root. */
  user: string;
}

/** Null when it is not on the engine. */
export async function findImage({ engine }: Pick<DriverContext, "engine">, image: string): Promise<EngineImage | null> {
  try {
    const { Id, Config } = await engine.call<{ Id: string; Config: { User?: string } | null }>("GET", `/images/${image}/json`);
    return { id: Id, user: Config?.User ?? "" };
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}

/**
 * Pulls or builds what is not on the engine yet. An image that is there is never pulled anew: a tag means what it meant.
 * `prepareNetwork`: the pod's own, made by nobody else at the same time.
 */
export async function prepareImage(
  context: DriverContext,
  run: UnitRun,
  progress: (line: string) => void,
  prepareNetwork: () => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const { engine, installation, options, ca } = context;
  const image = imageOf(run, installation);
  // Of one that was taken over the image itself is known, whatever its name leads to by now.
  if (run.kept && run.image === run.kept.image.reference && (await findImage(context, run.kept.image.id))) return;
  const find = () => findImage(context, image);
  const found = await (run.build?.shared ? context.sharedImages.hold(image, run.id.pod, find) : find());
  if (found) {
    context.images.set(image, found);
    return;
  }
  // What the name meant until now is gone.
  context.images.delete(image);
  if (run.build) {
    // Its steps run on the pod's network, so behind its firewall.
    await prepareNetwork();
    const isThere = async () => (await find()) !== null;
    const turns = run.build.shared ? context.sharedTurns : context.turns;
    const { cores } = (await context.surveyed()).survey;
    await buildImage(engine, run, { installation, openArtifact: options.openArtifact, ca, turns, cores, signal, isThere }, progress);
    // An engine that stops may end its answer as if all were said.
    if (!(await isThere()))
      throw new AppError("unavailable", `The build of ${run.id.unit} ended without an image: the engine may have been restarted.`);
  } else {
    await pullImage(engine, image, options, progress);
  }
}
