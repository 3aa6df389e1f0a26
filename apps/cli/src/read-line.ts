import { createInterface } from "node:readline/promises";
import { AppError } from "@agentpod/core/errors";

/** A line typed at the terminal. Throws `invalid` where there is none. */
export async function readLine(prompt: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) throw new AppError("invalid", `there is no terminal to ask at: ${prompt}`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await reader.question(`${prompt}: `, { signal })).trim();
  } finally {
    reader.close();
  }
}
