/** Reads lines and counted parts of a stream, in turn. Each throws where the stream ends before. */
export interface ByteReader {
  /** Up to a line's end, which is taken off; at most 4096 bytes. */
  line(): Promise<string>;
  /** The next `bytes` bytes; to be read to their end before anything else is asked. */
  part(bytes: number): AsyncGenerator<Buffer>;
}

export function byteReader(stream: AsyncIterable<Buffer>): ByteReader {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done) throw new Error("the stream ended too early");
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
  };
  return {
    async line() {
      for (;;) {
        const end = rest.indexOf(0x0a);
        if (end >= 0) {
          const text = rest.subarray(0, end).toString("utf8");
          rest = rest.subarray(end + 1);
          return text;
        }
        if (rest.length > 4096) throw new Error("a line without end");
        await more();
      }
    },
    async *part(bytes) {
      for (let left = bytes; left > 0; ) {
        if (rest.length === 0) await more();
        const step = rest.subarray(0, left);
        rest = rest.subarray(step.length);
        left -= step.length;
        yield step;
      }
    },
  };
}
