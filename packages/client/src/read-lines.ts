import { AppError } from "@agentpod/core/errors";

/** The values of an NDJSON stream. A stream that breaks off throws `unavailable`, unless the reader's signal ended it. */
export async function* readLines<T>(stream: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield JSON.parse(line) as T;
    }
  } catch (cause) {
    if (signal?.aborted) return;
    throw cause instanceof AppError ? cause : new AppError("unavailable", "the stream broke off; try again", { cause });
  }
}
