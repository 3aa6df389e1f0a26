import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { UnitId, UnitRun } from "@agentpod/core/runtime";
import { type CgroupMounts, cgroupRoots, limitWrites, oomKillsIn, parseCgroupMounts, workingSet } from "./cgroup-body.ts";

/** Limits and figures of runs, where this machine lets us. */
export interface Cgroups {
  /** Makes the group of a run with its limits. Twice: no effect. */
  make(id: UnitId, run: number, resources: UnitRun["resources"]): void;
  /** Puts a process in; what it starts later is in too. Throws when it has ended. */
  join(id: UnitId, run: number, pid: number): void;
  members(id: UnitId, run: number): number[];
  oomKills(id: UnitId, run: number): number;
  /** Null when the group is gone. */
  figures(id: UnitId, run: number): { cpuSeconds: number | null; memoryBytes: number; pids: number } | null;
  /** Deletes the group once nothing is in it, and the folders above it once they are empty. Succeeds on absence. */
  remove(id: UnitId, run: number): void;
}

/** Null where cgroups cannot be written: limits are then not enforced. */
export function openCgroups(installation: string): Cgroups | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const mounts = findMounts();
  if (!mounts) return null;
  const top = join("agentpod", installation.slice(0, 8));
  const cgroups = cgroupsIn(mounts, top);
  const probe: UnitId = { pod: "probe", unit: String(process.pid), revision: "0" };
  try {
    cgroups.make(probe, 0, { cpus: 1, memoryMb: 64, pids: 64 });
    return cgroups;
  } catch {
    return null;
  } finally {
    cgroups.remove(probe, 0);
  }
}

function findMounts(): CgroupMounts | null {
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  const unified = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  return parseCgroupMounts(mounts, (unified && read(join(unified, "cgroup.controllers"))) ?? "");
}

function cgroupsIn(mounts: CgroupMounts, top: string): Cgroups {
  const roots = cgroupRoots(mounts);
  const group = (id: UnitId, run: number) => join(top, id.pod, `${id.unit}-${id.revision}-${run}`);
  const memory = mounts.version === 2 ? mounts.root : mounts.memory;
  const pids = mounts.version === 2 ? mounts.root : mounts.pids;
  return {
    make(id, run, resources) {
      const path = group(id, run);
      for (const root of roots) {
        makeFolder(join(root, path));
        if (mounts.version === 2) delegate(root, path);
      }
      for (const { file, value, optional } of limitWrites(mounts, path, resources)) {
        if (!optional || existsSync(file)) writeFileSync(file, value);
      }
    },
    join(id, run, pid) {
      for (const root of roots) writeFileSync(join(root, group(id, run), "cgroup.procs"), String(pid));
    },
    members(id, run) {
      const listed = read(join(pids, group(id, run), "cgroup.procs")) ?? "";
      return listed.split("\n").filter(Boolean).map(Number);
    },
    oomKills(id, run) {
      return oomKillsIn(read(join(memory, group(id, run), mounts.version === 2 ? "memory.events" : "memory.oom_control")) ?? "");
    },
    figures(id, run) {
      const path = group(id, run);
      const usage = read(join(memory, path, mounts.version === 2 ? "memory.current" : "memory.usage_in_bytes"));
      if (usage === null) return null;
      return {
        cpuSeconds: cpuSeconds(mounts, path),
        memoryBytes: workingSet(usage, read(join(memory, path, "memory.stat")) ?? ""),
        pids: Number(read(join(pids, path, "pids.current")) ?? 0),
      };
    },
    remove(id, run) {
      for (const root of roots) {
        for (let path = group(id, run); path !== "."; path = dirname(path)) {
          try {
            rmdirSync(join(root, path));
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ENOENT") break;
          }
        }
      }
    },
  };
}

function cpuSeconds(mounts: CgroupMounts, path: string): number | null {
  if (mounts.version === 2) {
    const used = /^usage_usec (\d+)$/m.exec(read(join(mounts.root, path, "cpu.stat")) ?? "")?.[1];
    return used === undefined ? null : Number(used) / 1e6;
  }
  const used = mounts.cpuacct && read(join(mounts.cpuacct, path, "cpuacct.usage"));
  return used ? Number(used) / 1e9 : null;
}

/** In v2 each level hands its controllers down to the next. */
function delegate(root: string, path: string): void {
  for (let at = dirname(path), levels = [at]; ; at = dirname(at), levels = [at, ...levels]) {
    if (at !== ".") continue;
    for (const level of levels) writeFileSync(join(root, level, "cgroup.subtree_control"), "+memory +cpu +pids");
    return;
  }
}

/** Another pod's end may delete an empty parent just now. */
function makeFolder(path: string): void {
  for (let tries = 0; ; tries++) {
    try {
      mkdirSync(path, { recursive: true });
      return;
    } catch (error) {
      if (tries >= 5 || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
