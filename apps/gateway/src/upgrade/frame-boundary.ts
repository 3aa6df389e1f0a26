/** Follows a stream of WebSocket frames (RFC 6455) without looking at their payload, to know where a frame may be put in. */
export class FrameBoundary {
  #header: number[] = [];
  #payloadLeft = 0;

  /** Whether everything seen so far ends with a whole frame. */
  get isAtBoundary(): boolean {
    return this.#header.length === 0 && this.#payloadLeft === 0;
  }

  /** Takes the next bytes; returns the offset in them after the last whole frame, or -1 when none ends there. */
  push(chunk: Uint8Array): number {
    let at = 0;
    let last = this.isAtBoundary ? 0 : -1;
    while (at < chunk.length) {
      if (this.#payloadLeft === 0) {
        at = this.#takeHeader(chunk, at);
        if (this.#header.length > 0) break;
      }
      const step = Math.min(this.#payloadLeft, chunk.length - at);
      at += step;
      this.#payloadLeft -= step;
      if (this.#payloadLeft === 0) last = at;
    }
    return last;
  }

  /** Returns the offset after the header, or after the chunk where the header goes on in the next. */
  #takeHeader(chunk: Uint8Array, from: number): number {
    // Nearly every frame begins and has its whole header in one chunk.
    if (this.#header.length === 0 && from + 4 <= chunk.length) {
      const second = chunk[from + 1] as number;
      const short = second & 0x7f;
      if (short < 127) {
        const mask = (second & 0x80) === 0 ? 0 : 4;
        this.#payloadLeft = mask + (short < 126 ? short : (chunk[from + 2] as number) * 256 + (chunk[from + 3] as number));
        return from + (short < 126 ? 2 : 4);
      }
    }
    for (let at = from; at < chunk.length; at++) {
      this.#header.push(chunk[at] as number);
      const payload = payloadLength(this.#header);
      if (payload === null) continue;
      this.#header = [];
      this.#payloadLeft = payload;
      return at + 1;
    }
    return chunk.length;
  }
}

/** Payload bytes (mask key included) after a complete frame header; null while it is incomplete. */
function payloadLength(header: readonly number[]): number | null {
  if (header.length < 2) return null;
  const second = header[1] as number;
  const short = second & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (header.length < 2 + extended) return null;
  const mask = (second & 0x80) === 0 ? 0 : 4;
  let length = extended === 0 ? short : 0;
  for (let i = 0; i < extended; i++) length = length * 256 + (header[2 + i] as number);
  return length + mask;
}

/** An unmasked close frame, as a server sends it. */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason);
  return Buffer.concat([Buffer.from([0x88, 2 + text.length, code >> 8, code & 0xff]), text]);
}
