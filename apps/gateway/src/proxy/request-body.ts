import type { Socket } from "node:net";
import type { ClientRequest } from "./client.ts";

export class BodyTooLarge extends Error {
  readonly code = "BODY_TOO_LARGE";
}

/**
 * A request's body on its way upstream. It touches the client's connection only once a connection is there to take it,
 * so an attempt that never got one leaves the body unread for the next; and its end, whatever the reason, never closes
 * the client's connection, which still needs its answer.
 */
export class RequestBody {
  readonly #request: ClientRequest;
  readonly isChunked: boolean;
  readonly #onStart: () => void;
  readonly #mostBytes: number;
  readonly #onTooLarge: (error: BodyTooLarge) => void;
  #socket: Socket | null = null;
  isStarted = false;
  /** All of it was written. */
  isDone = false;
  bytes = 0;

  /**
   * `onStart` is called before the first byte is asked for. Chunked: it goes upstream without a Content-Length.
   * `onTooLarge` is called instead of a byte beyond `mostBytes` (none or null: no limit) being written, and stops the body.
   */
  constructor(
    request: ClientRequest,
    isChunked: boolean,
    onStart: () => void,
    mostBytes?: number | null,
    onTooLarge: (error: BodyTooLarge) => void = ignore,
  ) {
    this.#request = request;
    this.isChunked = isChunked;
    this.#onStart = onStart;
    this.#mostBytes = mostBytes ?? Number.POSITIVE_INFINITY;
    this.#onTooLarge = onTooLarge;
  }

  /** It waits for its client, not for its upstream. */
  get isWaitingForClient(): boolean {
    return this.#socket !== null && !this.#socket.writableNeedDrain;
  }

  /** Writes it to an upstream's socket, as fast as that takes it. A client that breaks off is learned of by its answer's close. */
  start(socket: Socket): void {
    this.isStarted = true;
    this.#socket = socket;
    this.#onStart();
    socket.on("drain", this.#onDrain);
    this.#request.on("data", this.#onData).on("end", this.#onEnd).on("error", ignore);
    this.#request.resume();
  }

  /** Takes no more from the client and writes no more; harmless twice. */
  stop(): void {
    this.#socket?.off("drain", this.#onDrain);
    this.#socket = null;
    this.#request.off("data", this.#onData).off("end", this.#onEnd);
    if (!this.isDone && this.isStarted) this.#request.pause();
  }

  readonly #onData = (chunk: Buffer): void => {
    const socket = this.#socket as Socket;
    this.bytes += chunk.length;
    if (this.bytes > this.#mostBytes) {
      this.#onTooLarge(new BodyTooLarge("the body is larger than it may be"));
      return;
    }
    if (this.isChunked) {
      socket.cork();
      socket.write(`${chunk.length.toString(16)}\r\n`, "latin1");
      socket.write(chunk);
      socket.write("\r\n", "latin1");
      socket.uncork();
    } else socket.write(chunk);
    if (socket.writableLength > 0 && socket.writableNeedDrain) this.#request.pause();
  };

  readonly #onDrain = (): void => {
    this.#request.resume();
  };

  readonly #onEnd = (): void => {
    if (this.isChunked) this.#socket?.write("0\r\n\r\n", "latin1");
    this.isDone = true;
    this.stop();
  };
}

function ignore(): void {}
