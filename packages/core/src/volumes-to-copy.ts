import type { Pod } from "./pod.ts";
import type { Consistency } from "./volume-backup.ts";

/** A volume that goes into a backup, and how. */
export interface VolumeToCopy {
  unit: string;
  volume: string;
  how: Consistency;
  /** With `command`: what is run first, and the folder below the volume's root that is kept. */
  command: { argv: string[]; folder: string } | null;
}

export interface CopyPlan {
  /** The pod must stand still for it. */
  standsStill: boolean;
  volumes: VolumeToCopy[];
}

/**
 * Which volumes of a pod are copied, and how. Nothing is stopped where every volume can be copied beside its running unit, because
 * its spec says so or (`live`) who asks for the backup does. Where one cannot, the pod stands still and all are copied then: a
 * volume at rest needs no command of its own. Volumes that the spec leaves out are left out.
 */
export function volumesToCopy(pod: Pick<Pod, "spec" | "status">, live: boolean): CopyPlan {
  const wanted = pod.spec.units.flatMap((unit) =>
    unit.volumes.flatMap((volume) => {
      const backup = volume.backup ?? { how: "stop" as const };
      const isRunning = pod.status.units.some(({ name, state }) => name === unit.name && state === "running");
      return backup.how === "none" ? [] : [{ unit: unit.name, volume: volume.name, backup, isRunning }];
    }),
  );
  const standsStill = wanted.some(({ backup, isRunning }) => !isRunning || (backup.how === "stop" && !live));
  const volumes = wanted.map(({ unit, volume, backup }): VolumeToCopy => {
    if (standsStill) return { unit, volume, how: "stopped", command: null };
    if (backup.how === "command") return { unit, volume, how: "command", command: { argv: backup.command, folder: backup.folder } };
    return { unit, volume, how: "live", command: null };
  });
  return { standsStill, volumes };
}
