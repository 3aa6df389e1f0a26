import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";

/** A client's request as the proxy needs it: Node's own (HTTP/1.1) is one, and `H2Request` for HTTP/2. */
export interface ClientRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Flat list in the way of HTTP/1.1: Host instead of pseudo headers. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly httpVersionMajor: number;
  /** 0: HTTP/1.0, which knows neither chunks nor interim answers. */
  readonly httpVersionMinor: number;
  /** All of its body was received. */
  readonly complete: boolean;
  /** The connection that it came by; with HTTP/2 others share it. */
  readonly socket: Socket;
  on(event: "data", listener: (chunk: Buffer) => void): this;
  on(event: "end", listener: () => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  off(event: "data", listener: (chunk: Buffer) => void): this;
  off(event: "end", listener: () => void): this;
  pause(): this;
  resume(): this;
}

/** The answer to one request. */
export interface ClientResponse {
  readonly headersSent: boolean;
  readonly statusCode: number;
  readonly writableFinished: boolean;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  /** Null: an answer before it is not yet through. */
  readonly socket: { uncork(): void } | null;
  shouldKeepAlive: boolean;
  on(event: "close" | "drain", listener: () => void): this;
  /** `headers`: flat list. */
  writeHead(status: number, reason: string, headers: string[]): this;
  writeHead(status: number, headers: string[]): this;
  flushHeaders(): void;
  writeContinue(): void;
  writeProcessing(): void;
  writeEarlyHints(hints: { link: string[] }): void;
  write(bytes: Buffer): boolean;
  end(data?: Buffer | string, encoding?: BufferEncoding): this;
  addTrailers(trailers: readonly [string, string][]): void;
  /** Only where a connection carries several answers: ends this one so that nobody takes it for whole, and its request with it. */
  cut?(): void;
}
