import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether a program of that name is on PATH. */
export const isOnPath = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

/** Whether pip gets what a file of requirements asks for as a build does: from where everybody gets it, without this machine's own settings. */
export function pipFetches(requirements: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), "agentpod-pip-"));
  const { PATH = "", PIP_CERT } = process.env;
  const quick = ["--quiet", "--retries", "0", "--timeout", "20", "--no-deps", "--disable-pip-version-check"];
  const asked = spawnSync("python3", ["-m", "pip", "download", ...quick, "--dest", folder, "--requirement", requirements], {
    env: { PATH, HOME: folder, ...(PIP_CERT !== undefined && { PIP_CERT }) },
    timeout: 120_000,
  });
  rmSync(folder, { recursive: true, force: true });
  return asked.status === 0;
}
