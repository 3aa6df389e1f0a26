import { createHash } from "node:crypto";
import { PassThrough, pipeline, type Readable, Transform } from "node:stream";
import type { DumpHeader } from "./dump-header.ts";
import { sealChunks } from "./sealed-chunks.ts";

export interface WrittenDump {
  /** The bytes to keep as they come to be; memory is constant. It fails where the dump does. */
  content: Readable;
  /** Of the dump itself; known once `content` has ended well. */
  sum(): { bytes: number; digest: string };
}

/** One line of JSON, then chunks of AES-256-GCM (see `sealChunks`) over the dump as its program wrote it, which has packed it already. */
export function writeDump(header: DumpHeader, key: Buffer, dump: Readable): WrittenDump {
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  const content = new PassThrough();
  content.write(line);
  const summed = summing();
  pipeline(dump, summed.stream, sealChunks(key, createHash("sha256").update(line).digest()), content, () => undefined);
  return { content, sum: summed.sum };
}

/** Counts and adds up what passes. */
export function summing(): { stream: Transform; sum(): { bytes: number; digest: string } } {
  const all = createHash("sha256");
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      all.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, sum: () => ({ bytes, digest: all.copy().digest("hex") }) };
}
