import type { Readable } from "node:stream";

/** The objects of a stream of JSON, one per line. A line that is no JSON is left out. */
export async function* jsonLines<T>(stream: Readable): AsyncGenerator<T> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const value = parse<T>(line);
      if (value !== undefined) yield value;
    }
  }
  const value = parse<T>(rest);
  if (value !== undefined) yield value;
}

function parse<T>(line: string): T | undefined {
  if (line.trim() === "") return undefined;
  try {
    return JSON.parse(line) as T;
  } catch {
    return undefined;
  }
}
