import { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";

const longest = 64 * 1024;

/** The first line of a backup, with its end, and what comes behind it. Throws `invalid` with `otherwise` where there is none. */
export async function firstLine(content: Readable, otherwise: string): Promise<{ line: Buffer; rest: Readable }> {
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held = Buffer.alloc(0);
  for (;;) {
    const at = held.indexOf(10);
    if (at !== -1) {
      const after = held.subarray(at + 1);
      const rest = async function* () {
        yield after;
        for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
      };
      return { line: held.subarray(0, at + 1), rest: Readable.from(rest(), { objectMode: false }) };
    }
    const next = await chunks.next();
    if (next.done || held.length > longest) throw new AppError("invalid", otherwise);
    held = Buffer.concat([held, next.value]);
  }
}
