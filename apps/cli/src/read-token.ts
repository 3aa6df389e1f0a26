import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";

/** A token from a file, the environment, standard input, or typed unseen at the terminal; never from the command line. */
export async function readToken(file: string | undefined, fromEnv: string | undefined, signal: AbortSignal): Promise<string> {
  const given = file === undefined ? (fromEnv ?? (await fromInput(signal))) : await fromFile(file);
  const token = given.trim();
  if (!/^[\x21-\x7e]{8,512}$/.test(token)) throw new AppError("invalid", "that is no token; it looks like ap_… and is one word");
  return token;
}

function fromFile(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new AppError("not_found", `${path} cannot be read`, { cause });
  });
}

async function fromInput(signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) return text(process.stdin);
  process.stderr.write("Token: ");
  // What is typed goes nowhere: readline echoes to its output.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await prompt.question("", { signal });
  } finally {
    prompt.close();
    process.stderr.write("\n");
  }
}
