import type { Observed, UnitId, VolumeId } from "./runtime.ts";

export interface Orphans {
  /** Of pods that were deleted: safe to remove. Instances first, then volumes, then networks or directories. */
  units: UnitId[];
  volumes: VolumeId[];
  pods: string[];
  /** Pod ids that this database has never heard of: reported, never touched (an older database may have been restored). */
  unknown: string[];
}

/** Objects of this installation without a pod. `observed` must be older than `known`: the row precedes the object. */
export function planOrphans(
  observed: Observed,
  known: ReadonlySet<string>,
  tombstones: readonly { pod: string; keepData: boolean }[],
): Orphans {
  const graves = new Map(tombstones.map((t) => [t.pod, t]));
  const isDead = (pod: string): boolean => !known.has(pod) && graves.has(pod);
  const keepsData = (pod: string): boolean => graves.get(pod)?.keepData ?? true;
  const all = orphanPods(observed, known);
  return {
    // A container that was given back since the look is not ours to remove.
    units: observed.units.filter((unit) => unit.adoption === undefined && isDead(unit.id.pod)).map((unit) => unit.id),
    volumes: observed.volumes.filter((volume) => isDead(volume.pod) && !keepsData(volume.pod)),
    pods: observed.pods.filter(isDead),
    unknown: all.filter((pod) => !graves.has(pod)),
  };
}

/** Ids of pods that have objects and no row. */
export function orphanPods(observed: Observed, known: ReadonlySet<string>): string[] {
  const ids = [...observed.units.map((unit) => unit.id.pod), ...observed.pods, ...observed.volumes.map((volume) => volume.pod)];
  return [...new Set(ids)].filter((pod) => !known.has(pod)).sort();
}
