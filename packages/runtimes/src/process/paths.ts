import { join } from "node:path";
import type { UnitId, VolumeId } from "@agentpod/core/runtime";

/**
 * Where things of process pods lie. The pod's user owns `home`, `tmp`, its volumes and its code; all else below belongs to
 * AgentPod, so that no pod can swap a folder that AgentPod writes to.
 */
export interface ProcessPaths {
  pod(pod: string): string;
  /** Who the pod is: written first, deleted last. */
  podRecord(pod: string): string;
  home(pod: string): string;
  tmp(pod: string): string;
  volumes(pod: string): string;
  volume(id: VolumeId): string;
  units(pod: string): string;
  unit(id: UnitId): string;
  /** What makes a folder an instance: written first of all in it. */
  unitRecord(id: UnitId): string;
  code(id: UnitId): string;
  /** Copies of programs that pods' users can reach. */
  programs: string;
  /** What is being deleted. */
  trash: string;
}

export function processPaths(stateDir: string): ProcessPaths {
  const pod = (id: string) => join(stateDir, segment(id));
  const unit = (id: UnitId) => join(pod(id.pod), "units", segment(id.unit), segment(id.revision));
  return {
    pod,
    podRecord: (id) => join(pod(id), "pod.json"),
    home: (id) => join(pod(id), "home"),
    tmp: (id) => join(pod(id), "tmp"),
    volumes: (id) => join(pod(id), "volumes"),
    volume: (id) => join(pod(id.pod), "volumes", segment(id.unit), segment(id.volume)),
    units: (id) => join(pod(id), "units"),
    unit,
    unitRecord: (id) => join(unit(id), "unit.json"),
    code: (id) => join(unit(id), "code"),
    programs: join(stateDir, ".programs"),
    trash: join(stateDir, ".trash"),
  };
}

/** Ids and names are checked when drafted; one that could lead elsewhere must not get this far. */
function segment(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw new Error(`${JSON.stringify(name)} cannot be part of a path`);
  return name;
}
