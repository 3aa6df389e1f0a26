import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";

/** A file's text; `-` is standard input. Throws `not_found`. */
export function readText(path: string): Promise<string> {
  return (path === "-" ? text(process.stdin) : readFile(path, "utf8")).catch((cause: unknown) => {
    throw new AppError("not_found", `${path} cannot be read`, { cause });
  });
}
