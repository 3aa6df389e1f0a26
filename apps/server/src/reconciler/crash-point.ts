import { readFileSync, rmSync } from "node:fs";

/**
 * A place where a test may have the control plane killed: `before` an effect (its intent is stored) and `after` it
 * (its outcome is not). Named `<before|after>:<action kind>`.
 */
export type CrashPoint = (name: string) => void;

/**
 * Kills this process (KILL, as a power cut would) once at the point that a file names; the file goes first, so that the
 * next process gets past it. Without a file name, as in every real run: no effect.
 */
export function crashPoint(file: string | null): CrashPoint {
  if (file === null) return () => {};
  return (name) => {
    if (read(file) !== name) return;
    rmSync(file);
    process.kill(process.pid, "SIGKILL");
  };
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}
