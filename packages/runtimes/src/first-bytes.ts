import { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** The text of a stream's first bytes; the rest is read and forgotten, so that whoever writes it can end. */
export function firstBytes(source: Readable, most: number): Promise<string> {
  return text(Readable.from(cut(source, most)));
}

async function* cut(source: Readable, most: number): AsyncGenerator<Buffer> {
  let left = most;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
  }
}
