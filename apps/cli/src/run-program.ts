import { execFile } from "node:child_process";
import { AppError } from "@agentpod/core/errors";

/** Runs a program of the system. Gives its exit code and output; throws `unavailable` when it is not there. */
export function runProgram([program = "", ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { encoding: "utf8" }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error === null) resolve({ code: 0, output });
      else if (typeof error.code === "number") resolve({ code: error.code, output });
      else reject(new AppError("unavailable", `${program} cannot be run on this machine`, { cause: error }));
    });
  });
}
