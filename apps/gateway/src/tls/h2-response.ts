import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { ClientResponse } from "../proxy/client.ts";

const socket = { uncork: () => {} };
const nothing = Buffer.alloc(0);

/** The answer to a request over HTTP/2. */
export class H2Response implements ClientResponse {
  readonly #stream: ServerHttp2Stream;
  /** Flat list, `:status` first; null: not known yet. */
  #head: string[] | null = null;
  #trailers: readonly [string, string][] = [];
  #hasTrailers = false;
  headersSent = false;
  statusCode = 0;
  /** Streams do not wait for each other, and what is written is sent with the tick. */
  readonly socket = socket;
  /** The connection is not this answer's to end. */
  shouldKeepAlive = true;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
    stream.on("error", ignore);
  }

  get writableFinished(): boolean {
    return this.#stream.writableFinished;
  }

  get writableLength(): number {
    return this.#stream.writableLength;
  }

  get writableNeedDrain(): boolean {
    return this.#stream.writableNeedDrain;
  }

  /** `close`: once, when the answer is through or its client gone. */
  on(event: "close" | "drain", listener: () => void): this {
    if (event === "drain") {
      this.#stream.on("drain", listener);
      return this;
    }
    let isTold = false;
    const tell = () => {
      if (isTold) return;
      isTold = true;
      listener();
    };
    // The stream itself stays open for as long as the request's body goes on.
    this.#stream.once("finish", tell).once("close", tell);
    return this;
  }

  writeHead(status: number, ...rest: [reason: string, headers: string[]] | [headers: string[]]): this {
    const headers = rest.at(-1) as string[];
    const head = [":status", String(status)];
    for (let i = 0; i < headers.length; i += 2) {
      const name = (headers[i] as string).toLowerCase();
      if (name === "trailer") this.#hasTrailers = true;
      head.push(name, headers[i + 1] as string);
    }
    this.statusCode = status;
    this.headersSent = true;
    this.#head = head;
    return this;
  }

  flushHeaders(): void {
    this.#respond(false);
  }

  writeContinue(): void {
    this.#inform({ ":status": 100 });
  }

  writeProcessing(): void {
    this.#inform({ ":status": 102 });
  }

  writeEarlyHints({ link }: { link: string[] }): void {
    this.#inform({ ":status": 103, link });
  }

  write(bytes: Buffer): boolean {
    this.#respond(false);
    return this.#stream.writableEnded || this.#stream.destroyed || this.#stream.write(bytes);
  }

  end(data?: Buffer | string, encoding?: BufferEncoding): this {
    const stream = this.#stream;
    const isEmpty = data === undefined || data.length === 0;
    this.#respond(isEmpty && !this.#hasTrailers);
    if (stream.writableEnded || stream.destroyed) return this;
    if (isEmpty) stream.end();
    else if (typeof data === "string") stream.end(data, encoding ?? "utf8");
    else stream.end(data);
    return this;
  }

  addTrailers(trailers: readonly [string, string][]): void {
    this.#trailers = trailers;
  }

  cut(): void {
    const stream = this.#stream;
    const isWhole = stream.writableFinished;
    // Closing ends the stream before it resets it, and an end that goes out first makes a cut answer look whole: behind a write it waits.
    if (!isWhole && stream.headersSent && !stream.writableEnded && !stream.destroyed) stream.write(nothing);
    stream.close(isWhole ? constants.NGHTTP2_NO_ERROR : constants.NGHTTP2_INTERNAL_ERROR);
  }

  #respond(endStream: boolean): void {
    const head = this.#head;
    const stream = this.#stream;
    if (head === null || stream.headersSent || stream.destroyed || stream.closed) return;
    const waitForTrailers = this.#hasTrailers;
    if (waitForTrailers) stream.once("wantTrailers", () => stream.sendTrailers(Object.fromEntries(this.#trailers)));
    stream.respond(head as unknown as OutgoingHttpHeaders, { endStream, waitForTrailers });
  }

  #inform(headers: OutgoingHttpHeaders): void {
    if (!this.#stream.headersSent && !this.#stream.destroyed && !this.#stream.closed) this.#stream.additionalHeaders(headers);
  }
}

function ignore(): void {}
