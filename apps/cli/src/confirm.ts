import { createInterface } from "node:readline/promises";
import { AppError } from "@agentpod/core/errors";

/** Asks yes or no at the terminal. Throws `invalid` where there is none, `conflict` for anything but yes. */
export async function confirm(question: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new AppError("invalid", `${question} Say --yes to confirm it without a terminal`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const reply = await prompt.question(`${question} [y/N] `, { signal });
    if (!/^y(es)?$/i.test(reply.trim())) throw new AppError("conflict", "not confirmed; nothing was done");
  } finally {
    prompt.close();
  }
}
