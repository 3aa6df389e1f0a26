import type { Server as HttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { toAppError } from "@agentpod/core/errors";
import { listen } from "../listen.ts";
import type { H2Sessions } from "./h2-sessions.ts";
import type { Handshakes } from "./handshakes.ts";

const retryMilliseconds = 2000;

export interface HttpsDoorParts {
  handshakes: Handshakes;
  /** Serves HTTP/1.1; it does not listen itself. */
  http: HttpServer;
  http2: H2Sessions;
}

/** The port of HTTPS: handshakes, then HTTP/2 or HTTP/1.1 as the client chose. */
export class HttpsDoor {
  readonly #parts: HttpsDoorParts;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #port: number | null = null;
  #error: string | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(parts: HttpsDoorParts) {
    this.#parts = parts;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (raw) => {
      this.#open.add(raw);
      raw.once("close", () => this.#open.delete(raw));
      parts.handshakes.accept(raw);
    });
    // Node's HTTP server begins to watch its connections (slow heads, idle ones) when it begins to listen.
    parts.http.emit("listening");
  }

  /** Null while it is not open. */
  get port(): number | null {
    return this.#port;
  }

  /** Why it is not open; null: it is, or was never wanted. */
  get error(): string | null {
    return this.#error;
  }

  /** Serves a connection whose handshake is done. */
  serve(socket: TLSSocket): void {
    if (socket.alpnProtocol === "h2") this.#parts.http2.begin(socket);
    else this.#parts.http.emit("connection", socket);
  }

  /** Opens the port. Where that fails: throws if `isNeeded`, else keeps the reason and tries again until it can be opened; `onOpened` tells. */
  async open(host: string, port: number, isNeeded: boolean, onOpened: () => void = () => {}): Promise<void> {
    try {
      await listen(this.#server, host, port);
      const address = this.#server.address();
      this.#port = typeof address === "object" && address !== null ? address.port : port;
      this.#error = null;
      onOpened();
    } catch (error) {
      if (isNeeded) throw error;
      this.#error = toAppError(error).message;
      if (!this.#isClosed) this.#retry = setTimeout(() => void this.open(host, port, false, onOpened), retryMilliseconds).unref();
    }
  }

  /** Takes nothing new; resolves when nothing is open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#retry) clearTimeout(this.#retry);
    const { handshakes, http, http2 } = this.#parts;
    handshakes.stop();
    http2.close();
    // It closes the idle ones and watches the others no more; that it never listened is no fault.
    http.close(() => {});
    if (this.#port === null) return;
    this.#port = null;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Ends what is still open. */
  cut(): void {
    for (const raw of this.#open) raw.destroy();
  }
}
