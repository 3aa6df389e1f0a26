import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line as a user would, without a terminal, with nothing of the environment but what is given. */
export function runAgentpod(
  args: string[],
  given: { env: Record<string, string>; input?: string; cwd: string; program?: string },
): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? "", ...given.env };
  return new Promise((resolve) => {
    const child = execFile(given.program ?? join(root, "agentpod"), args, { env, cwd: given.cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    child.stdin?.end(given.input ?? "");
  });
}
