import { readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * A place where a test may have the control plane killed: `before` an effect (its intent is stored) and `after` it
 * (its outcome is not). Named `<before|after>:<action kind>`. Of an operation's steps `<before|done|after>:operation:<number>`: `done`
 * when what it does outside the database is done and nothing says so, `after` when that is kept.
 */
export type CrashPoint = (name: string) => void;

/**
 * Kills this process (KILL, as a power cut would) once at each point that a file names, one a line; the name goes first,
 * so that the next process gets past it, and with the last name the file. Without a file name, as in every real run: no effect.
 */
export function crashPoint(file: string | null): CrashPoint {
  if (file === null) return () => {};
  return (name) => {
    const names = read(file);
    if (!names.includes(name)) return;
    const left = names.filter((other) => other !== name);
    if (left.length === 0) rmSync(file);
    else writeFileSync(file, left.join("\n"));
    process.kill(process.pid, "SIGKILL");
  };
}

function read(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trim().split("\n");
  } catch {
    return [];
  }
}
