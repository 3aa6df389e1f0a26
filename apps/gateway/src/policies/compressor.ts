import { constants, createBrotliCompress, createGzip, createZstdCompress } from "node:zlib";
import type { ContentCoding } from "./content-coding.ts";

/** What comes in waits so long for more; then it goes out, so that a page that comes in pieces is seen in pieces. */
const flushMilliseconds = 10;

export interface CompressedSink {
  /** Compressed bytes; false: no more until `resume`. */
  onData(bytes: Buffer): boolean;
  /** It is full no more. */
  onDrain(): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** Levels that keep up with a network, and windows that keep an answer's memory below a megabyte. */
const makers = {
  gzip: () => createGzip({ level: 5 }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } }),
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_windowLog]: 18 } }),
};

/** What came in goes out, and later bytes may still refer to it. */
const flushes = { gzip: constants.Z_SYNC_FLUSH, br: constants.BROTLI_OPERATION_FLUSH, zstd: constants.ZSTD_e_flush };

/** Compresses one answer on the way, off the event loop. */
export class Compressor {
  readonly #coding: ContentCoding;
  readonly #stream: ReturnType<(typeof makers)[ContentCoding]>;
  #flushing: NodeJS.Timeout | null = null;

  constructor(coding: ContentCoding, sink: CompressedSink) {
    this.#coding = coding;
    this.#stream = makers[coding]();
    this.#stream.on("data", (bytes: Buffer) => {
      if (!sink.onData(bytes)) this.#stream.pause();
    });
    this.#stream.on("drain", () => sink.onDrain());
    this.#stream.on("end", () => sink.onEnd());
    this.#stream.on("error", (error) => sink.onError(error));
  }

  /** More should wait for `onDrain`. */
  get isFull(): boolean {
    return this.#stream.writableNeedDrain;
  }

  /** Takes bytes, which must stay as they are. */
  write(bytes: Buffer): void {
    this.#flushing ??= setTimeout(() => {
      this.#flushing = null;
      this.#stream.flush(flushes[this.#coding]);
    }, flushMilliseconds);
    this.#stream.write(bytes);
  }

  end(): void {
    this.#stopFlushing();
    this.#stream.end();
  }

  /** The client takes bytes again. */
  resume(): void {
    this.#stream.resume();
  }

  /** Gives everything up; harmless twice. */
  destroy(): void {
    this.#stopFlushing();
    this.#stream.destroy();
  }

  #stopFlushing(): void {
    if (this.#flushing) clearTimeout(this.#flushing);
    this.#flushing = null;
  }
}
