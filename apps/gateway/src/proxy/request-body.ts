import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/**
 * A request's body on its way upstream. It touches the client's connection only once the upstream asks for bytes, so an
 * attempt that never got a connection leaves the body unread for the next; and its end, whatever the reason, never
 * closes the client's connection, which still needs its answer.
 */
export class RequestBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #onStart: () => void;
  #isStarted = false;
  bytes = 0;

  /** `onStart` is called before the first byte is asked for. */
  constructor(request: IncomingMessage, onStart: () => void) {
    super({ highWaterMark: 65_536 });
    this.#request = request;
    this.#onStart = onStart;
    // The exchange learns of failures from its upstream side; a late one is nobody's.
    this.on("error", () => {});
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  override _read(): void {
    if (this.#isStarted) {
      this.#request.resume();
      return;
    }
    this.#isStarted = true;
    this.#onStart();
    this.#request.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#request.off("data", this.#onData).off("end", this.#onEnd);
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    if (!this.push(chunk)) this.#request.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };

  readonly #onError = (error: Error): void => {
    this.destroy(error);
  };
}
