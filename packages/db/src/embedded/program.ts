import { type ChildProcess, spawn } from "node:child_process";
import { AppError } from "@agentpod/core/errors";
import type { Account } from "./account.ts";

/** Nothing of our own environment: it may hold the master key. */
export const programEnvironment = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** Runs one of PostgreSQL's programs to its end, `input` on its stdin; throws `internal` with its last words when it fails. */
export async function runProgram(path: string, args: string[], account: Account, cwd: string, input = ""): Promise<void> {
  const child: ChildProcess = spawn(path, args, { cwd, env: programEnvironment, stdio: ["pipe", "pipe", "pipe"], ...(account ?? {}) });
  let words = "";
  const note = (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2000);
  };
  child.stdout?.on("data", note);
  child.stderr?.on("data", note);
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code !== 0) throw new AppError("internal", `${path} failed (${code}): ${words.trim()}`);
}
