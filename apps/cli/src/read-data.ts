import { AppError } from "@agentpod/core/errors";
import { readText } from "./read-text.ts";

/** The value of a YAML or JSON file; `-` is standard input. Throws `not_found`, or `invalid` with the place of the mistake. */
export async function readData(path: string): Promise<unknown> {
  const source = await readText(path);
  const { parse } = await import("yaml");
  try {
    return parse(source, { maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw new AppError("invalid", `${path} is neither YAML nor JSON: ${cause instanceof Error ? cause.message.split("\n")[0] : ""}`, {
      cause,
    });
  }
}
