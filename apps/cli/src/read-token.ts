import { AppError } from "@agentpod/core/errors";
import { readText } from "./read-text.ts";
import { readUnseen } from "./read-unseen.ts";

/** A token from a file, the environment, standard input, or typed unseen at the terminal; never from the command line. */
export async function readToken(file: string | undefined, fromEnv: string | undefined, signal: AbortSignal): Promise<string> {
  const given = file === undefined ? (fromEnv ?? (await readUnseen("Token", signal))) : await readText(file);
  const token = given.trim();
  if (!/^[\x21-\x7e]{8,512}$/.test(token)) throw new AppError("invalid", "that is no token; it looks like ap_… and is one word");
  return token;
}
