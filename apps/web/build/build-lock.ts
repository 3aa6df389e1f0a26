import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Takes the lock; false while a living process has it. The lock of a dead one is taken over. */
export function takeBuildLock(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return true;
    } catch {
      if (isAlive(Number(tryRead(file)))) return false;
      rmSync(file, { force: true });
    }
  }
  return false;
}

export function releaseBuildLock(file: string): void {
  rmSync(file, { force: true });
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
