import { closeSync, copyFileSync, openSync, statSync, truncateSync } from "node:fs";

const capBytes = 10 * 1024 * 1024;

/** Opens a log for a child's output; the caller closes it once the child has it. */
export function openLog(path: string): number {
  capLog(path);
  return openSync(path, "a", 0o600);
}

export const closeLog = closeSync;

/** Keeps one older piece when the log has grown beyond its cap. Writers append, so that truncating under them is safe. */
export function capLog(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= capBytes) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}
