import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";

const mostCharacters = 300_000;

/** The lines of a stream as they come, without empty ones; throws `invalid` where one is too long, and the stream's own error. */
export async function* readLines(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding("utf8");
  let rest = "";
  // A reader that leaves early must not end the connection that its answer goes by.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield line;
    if (rest.length > mostCharacters) throw new AppError("invalid", `A line may have ${mostCharacters} characters at most.`);
  }
  if (rest !== "") yield rest;
}
