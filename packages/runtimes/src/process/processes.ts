import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";

/** A line of the process table. */
export interface ProcessRow {
  pid: number;
  /** Session; on systems without /proc the process group. */
  session: number;
  uid: number;
  zombie: boolean;
  /** CPU time used so far. */
  cpuSeconds: number;
  rssBytes: number;
}

/** Linux reports CPU time to user space in hundredths of a second, whatever the kernel's own tick. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** All processes that can be seen, in one look. */
export function processTable(): ProcessRow[] {
  if (process.platform === "linux") {
    return readdirSync("/proc").flatMap((name) => {
      if (!/^\d+$/.test(name)) return [];
      try {
        const row = parseStat(readFileSync(`/proc/${name}/stat`, "utf8"), statSync(`/proc/${name}`).uid);
        return row ? [row] : [];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
  }
  return parsePs(execFileSync("ps", ["-axo", "pid=,pgid=,uid=,state=,time=,rss="], { encoding: "utf8", maxBuffer: 1 << 26 }));
}

/** One `/proc/<pid>/stat`; null when it is none. */
export function parseStat(stat: string, uid: number): ProcessRow | null {
  // The command name may hold spaces and parentheses: fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const at = (index: number) => Number(fields[index]);
  if (fields.length < 22) return null;
  return {
    pid: Number.parseInt(stat, 10),
    session: at(3),
    uid,
    zombie: fields[0] === "Z" || fields[0] === "X",
    cpuSeconds: (at(11) + at(12)) / ticksPerSecond,
    rssBytes: at(21) * pageBytes,
  };
}

/** The output of `ps -axo pid=,pgid=,uid=,state=,time=,rss=`. */
export function parsePs(output: string): ProcessRow[] {
  return output
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length === 6)
    .map(([pid, group, uid, state = "", time = "", rss]) => ({
      pid: Number(pid),
      session: Number(group),
      uid: Number(uid),
      zombie: state.startsWith("Z"),
      cpuSeconds: time
        .replace("-", ":")
        .split(":")
        .reverse()
        .reduce((sum, part, i) => sum + Number(part) * ([1, 60, 3600, 86_400][i] ?? 0), 0),
      rssBytes: Number(rss) * 1024,
    }));
}

/** Environment a process was started with; null where it cannot be read (ended, another user's, no /proc). */
export function environmentOf(pid: number): Record<string, string> | null {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
    return Object.fromEntries(
      entries.map((entry) => {
        const cut = entry.indexOf("=");
        return [entry.slice(0, cut), entry.slice(cut + 1)];
      }),
    );
  } catch {
    return null;
  }
}
