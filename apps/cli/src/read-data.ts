import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";

/** The value of a YAML or JSON file; `-` is standard input. Throws `not_found`, or `invalid` with the place of the mistake. */
export async function readData(path: string): Promise<unknown> {
  const source = await (path === "-" ? text(process.stdin) : readFile(path, "utf8")).catch((cause: unknown) => {
    throw new AppError("not_found", `${path} cannot be read`, { cause });
  });
  const { parse } = await import("yaml");
  try {
    return parse(source, { maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw new AppError("invalid", `${path} is neither YAML nor JSON: ${cause instanceof Error ? cause.message.split("\n")[0] : ""}`, {
      cause,
    });
  }
}
