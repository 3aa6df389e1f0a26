import { execFile } from "node:child_process";

/** Of the git that is found; null where there is none. */
export function gitVersion(searchPath: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile("git", ["--version"], { env: { PATH: searchPath, LC_ALL: "C" }, timeout: 10_000 }, (error, stdout) => {
      resolve(error === null ? (/git version (\S+)/.exec(stdout)?.[1] ?? null) : null);
    });
  });
}
