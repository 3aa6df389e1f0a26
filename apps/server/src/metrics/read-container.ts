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
 * Null where the container is not on this machine, or its cgroup cannot be seen from here: then the engine is to be asked.
 */
export function readContainer(pid: number, containerId: string): ContainerUsage | null {
  const lines = kernelText(`/proc/${pid}/cgroup`)?.trim().split("\n") ?? [];
  // Another program may have the number by now, or the engine's numbers may be of another machine.
  if (!lines.some((line) => line.includes(containerId))) return null;
  const groups = new Map(
    lines.flatMap((line) => {
      const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      return controllers.split(",").map((controller) => [controller, path] as const);
    }),
  );
  const folder = (controller: string): string | null => {
    const path = groups.get(controller);
    return path?.includes(containerId) ? `${root}/${controller}${path}` : null;
  };
  const figures = readOld(folder) ?? readUnified(`${root}${groups.get("") ?? ""}`);
  if (figures === null) return null;
  const network = networkCounters(`/proc/${pid}/net/dev`);
  return { ...figures, counters: { ...figures.counters, networkIn: network?.in ?? null, networkOut: network?.out ?? null } };
}

type Figures = Omit<ContainerUsage, "counters"> & { counters: Pick<Counters, "cpuSeconds" | "diskRead" | "diskWrite"> };

/** cgroup v1, a hierarchy per controller. */
function readOld(folder: (controller: string) => string | null): Figures | null {
  const [cpu, memory, io] = [folder("cpuacct"), folder("memory"), folder("blkio")];
  const nanoseconds = cpu === null ? null : oneNumber(`${cpu}/cpuacct.usage`);
  const used = memory === null ? null : oneNumber(`${memory}/memory.usage_in_bytes`);
  if (nanoseconds === null || used === null) return null;
  const moved = io === null ? null : kernelText(`${io}/blkio.throttle.io_service_bytes`);
  const sum = (kind: string): number | null =>
    moved === null
      ? null
      : [...moved.matchAll(new RegExp(` ${kind} (\\d+)$`, "gm"))].reduce((total, [, bytes]) => total + Number(bytes), 0);
  return {
    memoryBytes: Math.max(0, used - (keyed(kernelText(`${memory}/memory.stat`), "total_inactive_file") ?? 0)),
    memoryLimitBytes: limited(oneNumber(`${memory}/memory.limit_in_bytes`)),
    counters: { cpuSeconds: nanoseconds / 1e9, diskRead: sum("Read"), diskWrite: sum("Write") },
  };
}

/** cgroup v2. */
function readUnified(folder: string): Figures | null {
  const microseconds = keyed(kernelText(`${folder}/cpu.stat`), "usage_usec");
  const used = oneNumber(`${folder}/memory.current`);
  if (microseconds === null || used === null) return null;
  const moved = kernelText(`${folder}/io.stat`);
  const sum = (key: string): number | null =>
    moved === null ? null : [...moved.matchAll(new RegExp(`\\b${key}=(\\d+)`, "g"))].reduce((total, [, bytes]) => total + Number(bytes), 0);
  return {
    memoryBytes: Math.max(0, used - (keyed(kernelText(`${folder}/memory.stat`), "inactive_file") ?? 0)),
    memoryLimitBytes: limited(oneNumber(`${folder}/memory.max`)),
    counters: { cpuSeconds: microseconds / 1e6, diskRead: sum("rbytes"), diskWrite: sum("wbytes") },
  };
}

const limited = (bytes: number | null): number | null => (bytes === null || bytes >= unlimited ? null : bytes);
