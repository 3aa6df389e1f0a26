import { readText } from "./read-text.ts";
import { readUnseen } from "./read-unseen.ts";

/** A password of a file, or typed unseen at the terminal, or all of standard input; without the line's end. */
export async function readSecret(prompt: string, file: string | undefined, signal: AbortSignal): Promise<string> {
  const given = file === undefined ? await readUnseen(prompt, signal) : await readText(file);
  return given.replace(/\r?\n$/, "");
}
