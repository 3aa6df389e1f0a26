import { readFileSync } from "node:fs";
import { join } from "node:path";
import { docker } from "@agentpod/e2e/engine";

const root = "/sys/fs/cgroup";

/** Of a container on this machine, in MB. Needs root. */
export interface ContainerMemory {
  /** What the kernel counts to its limit, without file pages that it can drop at any time: program, buffers, memory files. */
  kept: number;
  /** Of its processes: each page shared with others counts in part. */
  pss: number;
}

export function memoryOf(container: string): ContainerMemory {
  const pid = docker("inspect", "--format", "{{.State.Pid}}", container);
  const folder = cgroupOf(pid);
  const stat = numbersIn(readFileSync(join(folder, "memory.stat"), "utf8"));
  const isV1 = stat.total_rss !== undefined;
  const used = Number(readFileSync(join(folder, isV1 ? "memory.usage_in_bytes" : "memory.current"), "utf8"));
  const files = isV1
    ? (stat.total_active_file ?? 0) + (stat.total_inactive_file ?? 0)
    : (stat.active_file ?? 0) + (stat.inactive_file ?? 0);
  const pids = readFileSync(join(folder, "cgroup.procs"), "utf8").trim().split("\n");
  return { kept: (used - files) / 2 ** 20, pss: pssOf(pids) };
}

/** Of these processes together, in MB; those that have ended meanwhile count for nothing. */
export function pssOf(pids: readonly (string | number)[]): number {
  const kilobytes = pids.map((pid) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

function cgroupOf(pid: string): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").trim().split("\n");
  for (const line of lines) {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers.split(",").includes("memory")) return join(root, "memory", path);
    if (controllers === "" && lines.length === 1) return join(root, path);
  }
  throw new Error(`process ${pid} has no memory cgroup that can be seen here`);
}

const numbersIn = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line) => [line.split(" ")[0] ?? "", Number(line.split(" ")[1])]),
  );
