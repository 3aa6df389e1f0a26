import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { TLSSocket } from "node:tls";
import { H2Request } from "./h2-request.ts";
import { H2Response } from "./h2-response.ts";

/** Milliseconds after which an idle connection ends, and between two looks for such. */
const patience = { idle: 65_000, check: 5000 };
const connectionWindow = 1_048_576;

/** Limits on what one connection may ask for; Node and nghttp2 end a connection that goes beyond. */
const options = {
  settings: { enablePush: false, maxConcurrentStreams: 128, initialWindowSize: 262_144, maxHeaderListSize: 32_768 },
  maxHeaderListPairs: 4000,
  maxSessionMemory: 16,
  maxSettings: 32,
  maxOutstandingPings: 10,
  maxOutstandingSettings: 10,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  // Rapid reset: so many streams may be taken back at once, and so many more in a second.
  streamResetBurst: 500,
  streamResetRate: 50,
  strictFieldWhitespaceValidation: true,
};

interface Open {
  session: ServerHttp2Session;
  socket: TLSSocket;
  streams: number;
  /** Milliseconds of a clock that never goes back. */
  idleSince: number;
}

export type H2Handler = (request: H2Request, response: H2Response) => void;

/** The HTTP/2 connections of a door. */
export class H2Sessions {
  readonly #serve: H2Handler;
  readonly #patience: typeof patience;
  readonly #open = new Set<Open>();
  #sweep: NodeJS.Timeout | null = null;
  #isClosing = false;

  constructor(serve: H2Handler, times = patience) {
    this.#serve = serve;
    this.#patience = times;
  }

  /** Takes a connection whose client chose HTTP/2. */
  begin(socket: TLSSocket): void {
    const session = performServerHandshake(socket, options);
    const open: Open = { session, socket, streams: 0, idleSince: performance.now() };
    this.#open.add(open);
    // For all its streams together; what none of them reads stays below that.
    session.setLocalWindowSize(connectionWindow);
    session.on("error", ignore);
    session.on("close", () => this.#open.delete(open));
    session.on("stream", (stream: ServerHttp2Stream, headers, _flags: number, raw: string[]) => {
      open.streams += 1;
      stream.once("close", () => {
        open.streams -= 1;
        open.idleSince = performance.now();
      });
      if (headers[":method"] === "CONNECT") {
        stream.on("error", ignore);
        stream.respond({ ":status": 405, "content-length": "0" }, { endStream: true });
        return;
      }
      this.#serve(new H2Request(stream, headers, raw, socket), new H2Response(stream));
    });
    if (this.#isClosing) session.close();
    this.#sweep ??= setInterval(() => this.#closeIdle(), this.#patience.check).unref();
  }

  /** Nothing new on any of them; each ends after its last answer. */
  close(): void {
    this.#isClosing = true;
    if (this.#sweep) clearInterval(this.#sweep);
    for (const { session } of this.#open) session.close();
  }

  /** One that only says hello, or dribbles the beginning of a request, has no open stream and goes too. */
  #closeIdle(): void {
    const before = performance.now() - this.#patience.idle;
    for (const { session, socket, streams, idleSince } of this.#open) {
      if (streams > 0 || idleSince > before) continue;
      // A client that took its leave and left the connection open: nothing can be said to it any more.
      if (session.destroyed) {
        socket.destroy();
        continue;
      }
      session.goaway(constants.NGHTTP2_NO_ERROR);
      session.destroy();
    }
  }
}

function ignore(): void {}
