import { readdirSync, readFileSync } from "node:fs";
import type { Home } from "@agentpod/host/home";

/** Processes of an installation's process pods, by their users. */
export function podProcesses(uids: { from: number; to: number }): number[] {
  const isPod = (uid: number): boolean => uid >= uids.from && uid <= uids.to;
  return readdirSync("/proc")
    .filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
        // A zombie has ended; whoever inherited it has only not asked yet.
        return uid !== undefined && isPod(Number(uid)) && !/^State:\s+Z/m.test(status);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** What process pods of an installation have left on the machine: processes, files, users. Empty when nothing. */
export function processTraces(home: Home, uids: { from: number; to: number }): string[] {
  const isPod = (uid: number): boolean => uid >= uids.from && uid <= uids.to;
  const files = readdirSync(home.pods).filter((name) => !name.startsWith("."));
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .filter((line) => isPod(Number(line.split(":")[2])));
  return [
    ...podProcesses(uids).map((pid) => `process ${pid}`),
    ...files.map((name) => `file ${name}`),
    ...users.map((line) => `user ${line.split(":")[0]}`),
  ];
}
