import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { refused } from "@agentpod/core/source/refused";

export interface GitBounds {
  /** The repository's folder; its size is watched while git works. */
  repository: string;
  mostBytes: number;
  signal: AbortSignal;
  environment: Record<string, string>;
}

export interface RunningGit {
  stdin: Writable;
  stdout: Readable;
  /** Once it has ended: its last words and how it ended. Throws `invalid` where it grew beyond its bounds, `unavailable` where time was up. */
  ended: Promise<{ code: number | null; said: string }>;
}

const mostWords = 16_384;
const watchMilliseconds = 200;

/** Starts git with a list of arguments, in a process group of its own that ends with it: helpers that it started do too. */
export function startGit(argv: readonly string[], { repository, mostBytes, signal, environment }: GitBounds): RunningGit {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn("git", argv, {
    cwd: repository,
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let ends: AppError | null = null;
  const end = (error: AppError): void => {
    ends ??= error;
    killGroup(child.pid);
  };
  const onAbort = (): void => end(new AppError("unavailable", "The repository was not read in time, or nobody waits for it any more."));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const watch = setInterval(() => {
    sizeOf(repository).then(
      (bytes) => {
        if (bytes > mostBytes) end(refused("url", `a repository of at most ${Math.ceil(mostBytes / 1024 ** 2)} MB`));
      },
      () => undefined,
    );
  }, watchMilliseconds);
  child.stdin.on("error", () => undefined);
  const words: Buffer[] = [];
  let length = 0;
  child.stderr.on("data", (chunk: Buffer) => {
    if (length < mostWords) words.push(chunk);
    length += chunk.length;
  });
  const wait = async (): Promise<{ code: number | null; said: string }> => {
    try {
      const [code] = (await once(child, "close")) as [number | null];
      if (ends !== null) throw ends;
      return { code, said: Buffer.concat(words).toString("utf8").slice(0, mostWords) };
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError("unavailable", "git cannot be started on this machine; install it.", { cause: error });
    } finally {
      clearInterval(watch);
      signal.removeEventListener("abort", onAbort);
      // What it started may have outlived it.
      killGroup(child.pid);
    }
  };
  const ended = wait();
  ended.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, ended };
}

/** Runs git without input to its end; of what it prints the first 100 pieces are kept. Throws as `ended` does. */
export async function runGit(argv: readonly string[], bounds: GitBounds): Promise<{ code: number | null; said: string; out: string }> {
  const git = startGit(argv, bounds);
  git.stdin.end();
  const parts: Buffer[] = [];
  for await (const chunk of git.stdout) if (parts.length < 100) parts.push(chunk);
  return { ...(await git.ended), out: Buffer.concat(parts).toString("utf8") };
}

/** What git is told of itself: nothing of the machine's or a user's settings counts, and nobody is asked anything. */
export function ownEnvironment(home: string, repository: string): Record<string, string> {
  return {
    HOME: home,
    LC_ALL: "C",
    GIT_DIR: repository,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Bytes of all files below a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) =>
        stat(join(file.parentPath, file.name)).then(
          (about) => about.size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
