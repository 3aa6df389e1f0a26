import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { ClientRequest } from "../proxy/client.ts";

/** A request that came over HTTP/2, in the words of HTTP/1.1. */
export class H2Request implements ClientRequest {
  readonly #stream: ServerHttp2Stream;
  readonly method: string;
  /** Its `:path`. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly httpVersionMajor = 2;
  /** It can do all that HTTP/1.1 can. */
  readonly httpVersionMinor = 1;
  readonly socket: Socket;

  /** `raw`: the flat list of all its headers, pseudo headers too. */
  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, raw: readonly string[], socket: Socket) {
    this.#stream = stream;
    this.method = headers[":method"] ?? "";
    this.url = headers[":path"] ?? "";
    this.headers = headers;
    this.socket = socket;
    this.rawHeaders = plainHeaders(raw, headers[":authority"], !stream.endAfterHeaders);
  }

  get complete(): boolean {
    return this.#stream.endAfterHeaders || this.#stream.readableEnded;
  }

  // biome-ignore lint/suspicious/noExplicitAny: one listener type per event, as the interface says
  on(event: "data" | "end" | "error", listener: (argument: any) => void): this {
    this.#stream.on(event, listener);
    return this;
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  off(event: "data" | "end", listener: (argument: any) => void): this {
    this.#stream.off(event, listener);
    return this;
  }

  pause(): this {
    this.#stream.pause();
    return this;
  }

  resume(): this {
    this.#stream.resume();
    return this;
  }
}

/** Cookies may come in pieces (RFC 9113, 8.2.3); a body without a length is what HTTP/1.1 calls chunked. */
function plainHeaders(raw: readonly string[], authority: string | undefined, hasBody: boolean): string[] {
  const list = authority === undefined ? [] : ["host", authority];
  let cookie: string | null = null;
  let hasLength = false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    // A Host that says the same is superfluous; one that says something else makes two, and those are refused.
    if (name.charCodeAt(0) === 58 || (name === "host" && value === authority)) continue;
    if (name === "cookie") {
      cookie = cookie === null ? value : `${cookie}; ${value}`;
      continue;
    }
    if (name === "content-length") hasLength = true;
    list.push(name, value);
  }
  if (cookie !== null) list.push("cookie", cookie);
  if (hasBody && !hasLength) list.push("transfer-encoding", "chunked");
  return list;
}
