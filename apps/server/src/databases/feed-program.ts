import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { ExecSession } from "@agentpod/core/runtime";

/** Hands a dump on until it is `whole`, the program reads no more (`left`), or it breaks off, which is what it gives then. */
export async function feedProgram(
  input: Readable,
  { stdin, exit }: Pick<ExecSession, "stdin" | "exit">,
): Promise<"whole" | "left" | AppError> {
  let end: "whole" | "left" | AppError = "left";
  let isOver = false;
  async function* watched(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of input) yield chunk as Buffer;
      end = "whole";
    } catch (thrown) {
      if (isOver) throw thrown;
      const error = toAppError(thrown);
      end =
        error.code === "internal" ? new AppError("unavailable", "The dump broke off; the data is as before.", { cause: thrown }) : error;
      throw thrown;
    }
  }
  const over = new AbortController();
  void exit.then(() => {
    isOver = true;
    // What gives nothing any more would be waited for for ever.
    input.destroy();
    over.abort();
  });
  // How it went, `end` and the exit code say.
  await pipeline(watched(), stdin, { signal: over.signal }).catch(() => undefined);
  input.destroy();
  return end;
}
