import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AppError, type ErrorCode } from "@agentpod/core/errors";

export interface OfflineRequest {
  do: "verify" | "inspect" | "restore";
  file: string;
  passphrase?: string | undefined;
  /** Text of a master key file. */
  keys?: string | undefined;
  replace?: boolean;
}

const program = fileURLToPath(new URL("../../server/src/backup/offline.ts", import.meta.url));

/** Has the server's own program do what is done with a backup while no server runs. Throws what it says. */
export async function withoutServer<T>(request: OfflineRequest, say: (progress: string) => void, signal: AbortSignal): Promise<T> {
  const { passphrase = null, keys = "", replace = false, ...rest } = request;
  const lines = keys
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"], signal });
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify({ ...rest, passphrase, keys: lines, replace }));
  const ended = once(child, "close") as Promise<[number | null, string | null]>;
  ended.catch(() => undefined);
  let answer: { result?: T; error?: { code: ErrorCode; message: string } } = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as { say?: string } & typeof answer;
    if (told.say === undefined) answer = told;
    else say(told.say);
  }
  const [code, killedBy] = await ended;
  if (answer.error) throw new AppError(answer.error.code, answer.error.message);
  if (!("result" in answer))
    throw new AppError("internal", `the program for backups ended (${killedBy ?? `code ${code}`}) and did not say why`);
  return answer.result as T;
}
