import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: Readable;
}

/** Runs a program to its end and gives its standard output; throws with the end of its standard error when it fails. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.stdin ? "pipe" : "ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    err = (err + chunk).slice(-4000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`${program} could not be started: ${cause.message}`, { cause })));
    child.once("close", resolve);
  });
  // The program may end before it has read everything: its exit code says why.
  const fed = options.stdin && child.stdin ? pipeline(options.stdin, child.stdin).catch(() => undefined) : undefined;
  const code = await ended;
  await fed;
  if (code !== 0) throw new Error(`${[program, ...args].join(" ")} ended with ${code}:\n${(err || out).slice(-4000).trim()}`);
  return out;
}

/** Runs a program and gives its standard output, or null when it fails or is not there. */
export async function tryRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<string | null> {
  return run(program, args, options).catch(() => null);
}
