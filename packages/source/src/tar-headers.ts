import { tooLarge } from "@agentpod/core/source/beyond-limits";
import { refused } from "@agentpod/core/source/refused";
import type { SourceLimits } from "@agentpod/core/source/source-limits";

const block = 512;
const mostBytes = 65_536;
/** Of an entry: headers, attributes, and what fills its last block. */
const mostBeside = 8192;
/** At the end. */
const mostPadding = 1024 ** 2;

/** Headers that speak of the next one: names and attributes that are too long for it. */
const aside = new Set(["x", "g", "L", "K"]);

/**
 * The same tar; fails with `invalid` at a header of names or attributes that is longer than any of them could be: readers keep
 * those in memory as a whole; or where it goes on behind all that a source may hold, with headers or zeros that are no content of anything.
 */
export async function* boundedHeaders(tar: AsyncIterable<Uint8Array>, limits: SourceLimits): AsyncGenerator<Uint8Array> {
  /** Bytes of content until the next header. */
  let left = 0;
  let header = Buffer.alloc(0);
  let whole = 0;
  const most = limits.bytes + limits.entries * mostBeside + mostPadding;
  for await (const chunk of tar) {
    whole += chunk.byteLength;
    if (whole > most) throw tooLarge("archive", limits);
    for (let at = 0; at < chunk.byteLength; ) {
      if (left > 0) {
        const step = Math.min(left, chunk.byteLength - at);
        left -= step;
        at += step;
        continue;
      }
      const step = Math.min(block - header.length, chunk.byteLength - at);
      header = Buffer.concat([header, chunk.subarray(at, at + step)]);
      at += step;
      if (header.length < block) continue;
      const size = sizeOf(header);
      if (aside.has(String.fromCharCode(header[156] ?? 0)) && size > mostBytes)
        throw refused("archive", `headers of at most ${mostBytes} bytes`);
      left = Math.ceil(size / block) * block;
      header = Buffer.alloc(0);
    }
    yield chunk;
  }
}

/** In octal digits, or in binary where the first bit says so. */
function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4));
  const digits = /^[\s\0]*([0-7]+)/.exec(field.toString("latin1"))?.[1];
  return digits === undefined ? 0 : Number.parseInt(digits, 8);
}
