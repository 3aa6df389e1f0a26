import { readdirSync, readFileSync } from "node:fs";
import type { Installation } from "@agentpod/e2e/installation";

export interface Figures {
  name: string;
  pssKb: number;
  /** Hundredths of a second of CPU since its start, with those of its children that have ended. */
  ticks: number;
}

/** AgentPod's own processes as they are now: supervisor, server, gateway, terminal host, PostgreSQL with its children. */
export function processes(installation: Installation): Figures[] {
  const roots = (["supervisor", "server", "gateway", "terminals", "postgres"] as const).map((name) => ({
    name,
    pid: installation.pid(name),
  }));
  const parents = new Map(
    readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid))
      .map((pid) => [Number(pid), Number(stat(Number(pid))?.[1] ?? 0)]),
  );
  return roots.flatMap(({ name, pid }) => {
    const children = name === "postgres" ? [...parents].filter(([, parent]) => parent === pid).map(([child]) => child) : [];
    // utime, stime, and the same of children that were waited for.
    const ticks = (one: number): number => sum((stat(one) ?? []).slice(11, 15).map(Number));
    return [pid, ...children].map((one) => ({ name, pssKb: pss(one), ticks: ticks(one) }));
  });
}

/** Fields of /proc/<pid>/stat from the state on. */
function stat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function pss(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
