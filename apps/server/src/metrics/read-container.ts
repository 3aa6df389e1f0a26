import type { Counters } from "@agentpod/core/metric";
import { kernelText, keyed, oneNumber } from "./kernel-text.ts";
import { networkCounters } from "./network-counters.ts";

export interface ContainerUsage {
  counters: Counters;
  memoryBytes: number;
  /** Null: none. */
  memoryLimitBytes: number | null;
}

const root = "/sys/fs/cgroup";
/** What the kernel says where there is no limit, and more. */
const unlimited = 2 ** 60;

/**
 * Figures of a container from its cgroup: an engine would be asked container by container, and takes up to a second for each.
 * Null where the container is not on this machine, or its cgroup is not where engines put it: then the engine is to be asked.
 */
export function readContainer(id: string): ContainerUsage | null {
  for (const path of [`docker/${id}`, `system.slice/docker-${id}.scope`]) {
    const found = readOld(path) ?? readUnified(path);
    if (found === null) continue;
    const { processes, ...figures } = found;
    // Any of its processes is in its network.
    const pid = /^\d+$/m.exec(kernelText(processes) ?? "")?.[0];
    const network = pid === undefined ? null : networkCounters(`/proc/${pid}/net/dev`);
    return { ...figures, counters: { ...figures.counters, networkIn: network?.in ?? null, networkOut: network?.out ?? null } };
  }
  return null;
}

type Figures = Omit<ContainerUsage, "counters"> & {
  counters: Pick<Counters, "cpuSeconds" | "diskRead" | "diskWrite">;
  /** File with its process ids. */
  processes: string;
};

/** cgroup v1, a hierarchy per controller. */
function readOld(path: string): Figures | null {
  const memory = `${root}/memory/${path}`;
  const nanoseconds = oneNumber(`${root}/cpuacct/${path}/cpuacct.usage`);
  const used = oneNumber(`${memory}/memory.usage_in_bytes`);
  if (nanoseconds === null || used === null) return null;
  const moved = kernelText(`${root}/blkio/${path}/blkio.throttle.io_service_bytes`);
  const sum = (kind: string): number | null =>
    moved === null
      ? null
      : [...moved.matchAll(new RegExp(` ${kind} (\\d+)$`, "gm"))].reduce((total, [, bytes]) => total + Number(bytes), 0);
  return {
    processes: `${memory}/cgroup.procs`,
    memoryBytes: Math.max(0, used - (keyed(kernelText(`${memory}/memory.stat`), "total_inactive_file") ?? 0)),
    memoryLimitBytes: limited(oneNumber(`${memory}/memory.limit_in_bytes`)),
    counters: { cpuSeconds: nanoseconds / 1e9, diskRead: sum("Read"), diskWrite: sum("Write") },
  };
}

/** cgroup v2. */
function readUnified(path: string): Figures | null {
  const folder = `${root}/${path}`;
  const microseconds = keyed(kernelText(`${folder}/cpu.stat`), "usage_usec");
  const used = oneNumber(`${folder}/memory.current`);
  if (microseconds === null || used === null) return null;
  const moved = kernelText(`${folder}/io.stat`);
  const sum = (key: string): number | null =>
    moved === null ? null : [...moved.matchAll(new RegExp(`\\b${key}=(\\d+)`, "g"))].reduce((total, [, bytes]) => total + Number(bytes), 0);
  return {
    processes: `${folder}/cgroup.procs`,
    memoryBytes: Math.max(0, used - (keyed(kernelText(`${folder}/memory.stat`), "inactive_file") ?? 0)),
    memoryLimitBytes: limited(oneNumber(`${folder}/memory.max`)),
    counters: { cpuSeconds: microseconds / 1e6, diskRead: sum("rbytes"), diskWrite: sum("wbytes") },
  };
}

const limited = (bytes: number | null): number | null => (bytes === null || bytes >= unlimited ? null : bytes);
