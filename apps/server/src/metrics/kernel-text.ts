import { readFileSync } from "node:fs";

/** Text of a file of the kernel's; null where there is none, as for a process that has just gone. */
export function kernelText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** The number after a key in lines such as `inactive_file 123`. */
export function keyed(text: string | null, key: string): number | null {
  const found = text === null ? null : new RegExp(`^${key}\\s+(\\d+)$`, "m").exec(text)?.[1];
  return found === undefined || found === null ? null : Number(found);
}

/** A file with one number; null for `max`, or none. */
export function oneNumber(path: string): number | null {
  const text = kernelText(path)?.trim() ?? "";
  return /^\d+$/.test(text) ? Number(text) : null;
}
