import { readText } from "./read-text.ts";

/** The first line of a file (`-` is standard input); undefined without one. */
export async function readPassphrase(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return ((await readText(path)).split("\n")[0] ?? "").replace(/\r$/, "");
}
