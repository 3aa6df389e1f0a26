import type { Pod } from "./pod.ts";
import type { VolumeId } from "./runtime.ts";
import { volumeKey } from "./volume-backup.ts";

/**
 * The volume that a unit is made with. A restore fills a new copy beside the old one, while the pod stands still; only when it
 * is whole it counts, and the old one stays until the pod has run with the new. The first copy is called as the volume, later
 * ones `<volume>.<n>`.
 *
 * Where the copy that counts is gone and another is there, the newest of these is taken: a control plane that was brought back
 * from before a restore must not begin with nothing.
 */
export function volumeIdOf(
  pod: Pick<Pod, "id" | "held" | "volumeCopies">,
  unit: string,
  volume: string,
  observed: readonly VolumeId[] | null,
): VolumeId {
  const key = volumeKey(unit, volume);
  const filled = pod.held?.copies[key];
  if (filled !== undefined) return { pod: pod.id, unit, volume: nameOfCopy(volume, filled) };
  const wanted = pod.volumeCopies[key] ?? 0;
  const there = copiesOf(unit, volume, observed ?? []);
  const newest = there.at(-1);
  const copy = newest === undefined || there.includes(wanted) ? wanted : newest;
  return { pod: pod.id, unit, volume: nameOfCopy(volume, copy) };
}

export const nameOfCopy = (volume: string, copy: number): string => (copy === 0 ? volume : `${volume}.${copy}`);

/** Numbers of the copies of a volume that are there, in order. */
export function copiesOf(unit: string, volume: string, observed: readonly VolumeId[]): number[] {
  return observed
    .filter((one) => one.unit === unit)
    .flatMap((one) => {
      if (one.volume === volume) return [0];
      const number = one.volume.startsWith(`${volume}.`) ? one.volume.slice(volume.length + 1) : "";
      return /^[1-9]\d{0,8}$/.test(number) ? [Number(number)] : [];
    })
    .toSorted((a, b) => a - b);
}
