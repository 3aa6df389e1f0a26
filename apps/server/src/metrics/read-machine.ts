import { statfs } from "node:fs/promises";
import type { Counters } from "@agentpod/core/metric";
import { kernelText } from "./kernel-text.ts";
import { networkCounters } from "./network-counters.ts";

/** Of a second: the kernel counts in these. */
const tick = 0.01;

export interface MachineUsage {
  counters: Counters;
  memoryBytes: number | null;
  memoryTotalBytes: number | null;
  diskUsedBytes: number;
  diskTotalBytes: number;
}

/** The machine as a whole; the disk is that of the home. */
export async function readMachine(home: string): Promise<MachineUsage> {
  // user nice system idle iowait irq softirq steal …: what is neither idle nor waiting.
  const cpu = (/^cpu\s+(.*)$/m.exec(kernelText("/proc/stat") ?? "")?.[1] ?? "").trim().split(/\s+/).map(Number);
  const busy = cpu.slice(0, 8).reduce((sum, value, i) => (i === 3 || i === 4 ? sum : sum + value), 0);
  const memory = (key: string): number | null => {
    const found = new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(kernelText("/proc/meminfo") ?? "")?.[1];
    return found === undefined ? null : Number(found) * 1024;
  };
  const [total, available] = [memory("MemTotal"), memory("MemAvailable")];
  const disk = await statfs(home);
  const network = networkCounters("/proc/net/dev");
  return {
    counters: {
      cpuSeconds: busy * tick,
      networkIn: network?.in ?? null,
      networkOut: network?.out ?? null,
      diskRead: null,
      diskWrite: null,
    },
    memoryBytes: total === null || available === null ? null : total - available,
    memoryTotalBytes: total,
    diskUsedBytes: (disk.blocks - disk.bfree) * disk.bsize,
    diskTotalBytes: disk.blocks * disk.bsize,
  };
}

/** CPU and memory of processes, with their children of one generation: PostgreSQL's are many. Shared memory is left out. */
export function readProcesses(pids: readonly number[]): { cpuSeconds: number; memoryBytes: number } {
  const sum = { cpuSeconds: 0, memoryBytes: 0 };
  const all = pids.flatMap((pid) => [pid, ...childrenOf(pid)]);
  for (const pid of new Set(all)) {
    const stat = kernelText(`/proc/${pid}/stat`);
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
    sum.cpuSeconds += (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tick;
    const [, resident = 0, shared = 0] = (kernelText(`/proc/${pid}/statm`) ?? "").split(" ").map(Number);
    sum.memoryBytes += (resident - shared) * 4096;
  }
  return sum;
}

const childrenOf = (pid: number): number[] =>
  (kernelText(`/proc/${pid}/task/${pid}/children`) ?? "")
    .split(" ")
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
