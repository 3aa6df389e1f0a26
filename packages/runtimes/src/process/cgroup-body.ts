import { join } from "node:path";
import type { UnitRun } from "@agentpod/core/runtime";

/** Where cgroups are mounted; v1 has a hierarchy per controller. */
export type CgroupMounts = { version: 2; root: string } | { version: 1; memory: string; cpu: string; pids: string; cpuacct: string | null };

export interface CgroupWrite {
  file: string;
  value: string;
  /** The file may be missing (no swap accounting); the limit then does without. */
  optional: boolean;
}

/** Finds the mounts in `/proc/self/mounts`; null without memory, cpu and pids controllers. */
export function parseCgroupMounts(mounts: string, unifiedControllers: string): CgroupMounts | null {
  const rows = mounts.split("\n").map((line) => line.split(" "));
  const unified = rows.find((row) => row[2] === "cgroup2")?.[1];
  const held = unifiedControllers.trim().split(/\s+/);
  if (unified && ["memory", "cpu", "pids"].every((name) => held.includes(name))) return { version: 2, root: unified };
  const v1 = (name: string) => rows.find((row) => row[2] === "cgroup" && row[3]?.split(",").includes(name))?.[1];
  const [memory, cpu, pids, cpuacct] = [v1("memory"), v1("cpu"), v1("pids"), v1("cpuacct")];
  return memory && cpu && pids ? { version: 1, memory, cpu, pids, cpuacct: cpuacct ?? null } : null;
}

/** Hierarchies a process must be put in; those mounted together count once. */
export function cgroupRoots(mounts: CgroupMounts): string[] {
  if (mounts.version === 2) return [mounts.root];
  return [...new Set([mounts.memory, mounts.cpu, mounts.pids, ...(mounts.cpuacct ? [mounts.cpuacct] : [])])];
}

const cpuPeriod = 100_000;

/** What to write so that the limits hold for everything in the group. */
export function limitWrites(mounts: CgroupMounts, group: string, resources: UnitRun["resources"]): CgroupWrite[] {
  const bytes = String(resources.memoryMb * 1024 * 1024);
  const quota = String(Math.max(1000, Math.round(resources.cpus * cpuPeriod)));
  if (mounts.version === 2) {
    const at = (file: string, value: string, optional = false) => ({ file: join(mounts.root, group, file), value, optional });
    return [
      at("memory.max", bytes),
      at("memory.swap.max", "0", true),
      at("cpu.max", `${quota} ${cpuPeriod}`),
      ...(resources.yields ? [at("cpu.weight", "6")] : []),
      at("pids.max", String(resources.pids)),
    ];
  }
  return [
    { file: join(mounts.memory, group, "memory.limit_in_bytes"), value: bytes, optional: false },
    { file: join(mounts.memory, group, "memory.memsw.limit_in_bytes"), value: bytes, optional: true },
    { file: join(mounts.cpu, group, "cpu.cfs_period_us"), value: String(cpuPeriod), optional: false },
    { file: join(mounts.cpu, group, "cpu.cfs_quota_us"), value: quota, optional: false },
    ...(resources.yields ? [{ file: join(mounts.cpu, group, "cpu.shares"), value: "64", optional: false }] : []),
    { file: join(mounts.pids, group, "pids.max"), value: String(resources.pids), optional: false },
  ];
}

/** How often the kernel killed for want of memory, from `memory.events` (v2) or `memory.oom_control` (v1). */
export function oomKillsIn(text: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Memory that cannot simply be dropped: usage without the page cache that nobody has touched of late. */
export function workingSet(usage: string, stat: string): number {
  const field = (name: string) => new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1];
  // v1 counts children in total_*; v2 always does.
  return Math.max(0, Number(usage) - Number(field("total_inactive_file") ?? field("inactive_file") ?? 0));
}
