import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** A secret: all of standard input, or what is typed unseen at the terminal. */
export async function readUnseen(prompt: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) return text(process.stdin);
  process.stderr.write(`${prompt}: `);
  // What is typed goes nowhere: readline echoes to its output.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await reader.question("", { signal });
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}
