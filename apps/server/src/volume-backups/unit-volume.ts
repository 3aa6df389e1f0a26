import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import type { FilePlace, Runtime, UnitId, VolumeId } from "@agentpod/core/runtime";
import { volumeIdOf } from "@agentpod/core/volume-copy";

export interface UnitVolume {
  id: UnitId;
  /** For `readFiles` and `writeFiles`. */
  path: string;
}

/** Where a volume of a unit, or a folder in it, is reached now. `not_found` where the pod has no such volume, `conflict` where its unit has no instance. */
export async function unitVolume(
  runtime: Pick<Runtime, "locate">,
  pod: Pod,
  { unit, volume, folder = "" }: { unit: string; volume: string; folder?: string },
  observed: readonly VolumeId[],
): Promise<UnitVolume> {
  const spec = pod.spec.units.find(({ name }) => name === unit)?.volumes.find(({ name }) => name === volume);
  if (spec === undefined) throw new AppError("not_found", `${podLabel(pod)} has no volume ${unit}/${volume}.`);
  const status = pod.status.units.find(({ name, state }) => name === unit && state !== "absent");
  if (status === undefined) throw new AppError("conflict", `${unit} of ${podLabel(pod)} has no instance; see its status.`);
  const id: UnitId = { pod: pod.id, unit, revision: status.revision };
  const place: FilePlace = { root: { kind: "volume", volume: volumeIdOf(pod, unit, volume, observed), path: spec.path }, path: folder };
  return { id, path: await runtime.locate(id, place) };
}
