import type { Readable } from "node:stream";

export interface Frame {
  stream: "stdout" | "stderr";
  data: Buffer;
}

const headerLength = 8;

/** The frames of the engine's multiplexed streams: one byte for the stream, three of nothing, four for the length, data. */
export async function* frames(source: Readable): AsyncGenerator<Frame> {
  let pieces: Buffer[] = [];
  let have = 0;
  let need = headerLength;
  let stream: Frame["stream"] | null = null;
  for await (const chunk of source) {
    pieces.push(chunk as Buffer);
    have += (chunk as Buffer).length;
    if (have < need) continue;
    let rest = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    while (rest.length >= need) {
      const part = rest.subarray(0, need);
      rest = rest.subarray(need);
      if (stream === null) {
        stream = part[0] === 2 ? "stderr" : "stdout";
        need = part.readUInt32BE(4);
      } else {
        yield { stream, data: part };
        stream = null;
        need = headerLength;
      }
    }
    pieces = [rest];
    have = rest.length;
  }
}
