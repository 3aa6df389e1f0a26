import type { ClientResponse } from "../proxy/client.ts";
import { Compressor } from "./compressor.ts";
import type { ContentCoding } from "./content-coding.ts";

export interface CompressionEvents {
  /** So many bytes went to the client. */
  onSent(bytes: number): void;
  /** There is room again after the compressor was full. */
  onDrain(): void;
  onError(error: Error): void;
}

/** What is written to the result goes to the client compressed, as fast as that takes it; its end is the answer's. */
export function compressInto(response: ClientResponse, coding: ContentCoding, { onSent, onDrain, onError }: CompressionEvents): Compressor {
  const compressor = new Compressor(coding, {
    onData: (bytes) => {
      onSent(bytes.length);
      return response.write(bytes);
    },
    onDrain,
    onEnd: () => response.end(),
    onError,
  });
  response.on("drain", () => compressor.resume());
  return compressor;
}
