import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
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

/** Accounts of process pods. */
const podUsers = (uids: { from: number; to: number }): string[] =>
  readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .filter((line) => Number(line.split(":")[2]) >= uids.from && Number(line.split(":")[2]) <= uids.to)
    .map((line) => line.split(":")[0] as string);

/** Takes away what process pods hold beside their files, when no control plane is left to do it: processes, groups, accounts. */
export async function removeProcessPods(installation: string, uids: { from: number; to: number }): Promise<void> {
  // What is killed may just be starting another.
  for (let pids = podProcesses(uids); pids.length > 0; pids = podProcesses(uids)) {
    for (const pid of pids)
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    await setTimeout(20);
  }
  spawnSync("find", ["/sys/fs/cgroup", "-depth", "-path", `*/agentpod/${installation.slice(0, 8)}*`, "-type", "d", "-delete"]);
  // Of several that change the accounts at once the tool lets one pass and refuses the others.
  for (let tries = 0; tries < 50 && podUsers(uids).length > 0; tries++) {
    for (const name of podUsers(uids)) spawnSync("userdel", ["-f", name]);
    if (podUsers(uids).length > 0) await setTimeout(100);
  }
}

/** What process pods of an installation have left on the machine: processes, files, users. Empty when nothing. */
export function processTraces(home: Home, uids: { from: number; to: number }): string[] {
  const files = readdirSync(home.pods).filter((name) => !name.startsWith("."));
  return [
    ...podProcesses(uids).map((pid) => `process ${pid}`),
    ...files.map((name) => `file ${name}`),
    ...podUsers(uids).map((name) => `user ${name}`),
  ];
}
