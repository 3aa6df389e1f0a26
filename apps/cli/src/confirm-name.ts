import { createInterface } from "node:readline/promises";
import { AppError } from "@agentpod/core/errors";

/** Has somebody write the name of what they are about to lose; `given` is what they wrote already. Throws `invalid` without a terminal, `conflict` for another name. */
export async function confirmName(name: string, question: string, given: string | undefined, signal: AbortSignal): Promise<void> {
  const reply = given ?? (await ask(`${question} Write ${name} to confirm it: `, name, signal));
  if (reply.trim() !== name) throw new AppError("conflict", `not confirmed: that is not ${name}; nothing was done`);
}

async function ask(question: string, name: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new AppError("invalid", `say --confirm ${name} to confirm it without a terminal`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(question, { signal });
  } finally {
    prompt.close();
  }
}
