import { connect, type Socket } from "node:net";
import type { Address } from "@agentpod/core/runtime";
import { ChunkedBody } from "./chunked-body.ts";
import { isLarge, largeBuffer, returnBuffer, smallBuffer } from "./read-buffers.ts";
import type { RequestBody } from "./request-body.ts";
import { BadAnswer, type ResponseHead, readResponseHead } from "./response-head.ts";

const mostHead = 65_536;

/** One request as its upstream is to see it. */
export interface UpstreamRequest {
  method: string;
  path: string;
  /** Flat list without hop-by-hop headers. */
  headers: readonly string[];
  body: RequestBody | null;
  /** Until the head of the answer; a body that still comes in from the client stops the clock. */
  timeoutMilliseconds: number;
  /** The protocol asked for; null: no upgrade. */
  upgrade: string | null;
}

/** Takes an answer. After `onEnd`, `onUpgrade` or `onError` nothing more is called. */
export interface AnswerHandler {
  /** Connected: from now on the upstream may have seen the request. */
  onSent(): void;
  /** A 1xx answer other than an upgrade. */
  onInterim(head: ResponseHead): void;
  onHead(head: ResponseHead): void;
  /** The bytes are good until the next `onPieceEnd` or `onEnd` returns. */
  onData(bytes: Buffer): void;
  /**
   * All that came in one piece was handed over, and there is more to come. False: not before it calls `resume`, until
   * when the bytes stay good.
   */
  onPieceEnd(): boolean;
  onEnd(trailers: readonly string[]): void;
  /** The rest is what came along with the head. From here on the connection only passes bytes: see `passTo`. */
  onUpgrade(head: ResponseHead, rest: Buffer): void;
  onError(error: Error): void;
}

export class ConnectTimeout extends Error {
  readonly code = "ETIMEDOUT";
}

class AnswerTimeout extends Error {
  readonly code = "ANSWER_TIMEOUT";
}

class UpstreamClosed extends Error {
  readonly code = "UPSTREAM_CLOSED";
}

/** One HTTP/1.1 connection to an upstream, opened by its first request, used by one request at a time. */
export class Connection {
  readonly #address: Address;
  readonly #connectMilliseconds: number;
  readonly #onClose: (connection: Connection) => void;
  #socket: Socket | null = null;
  #state: "idle" | "connecting" | "head" | "length" | "chunked" | "until-close" | "tunnel" | "closed" = "idle";
  #request: UpstreamRequest | null = null;
  #handler: AnswerHandler | null = null;
  #sink: ((bytes: Buffer) => boolean) | null = null;
  #buffer = smallBuffer();
  /** To be read into from the next read on. */
  #nextBuffer: Buffer | null = null;
  #partialHead: Buffer | null = null;
  #head: ResponseHead | null = null;
  #left = 0;
  #chunked: ChunkedBody | null = null;
  #isPaused = false;
  #timer: NodeJS.Timeout | null = null;
  #timerMilliseconds = 0;
  /** Of the request's body, when the clock was last set: one that goes up, however slowly, is no silence. */
  #bytesAtTimer = 0;
  /** It has answered before: a failure may only mean that the upstream had closed it meanwhile. */
  isReused = false;
  /** The last answer ended where it should, and so did the request. */
  isReusable = false;
  /** What the last answer said about how long it may stay unused; null: nothing. */
  keepAliveSeconds: number | null = null;

  constructor(address: Address, connectSeconds: number, onClose: (connection: Connection) => void) {
    this.#address = address;
    this.#connectMilliseconds = connectSeconds * 1000;
    this.#onClose = onClose;
  }

  /** Nothing may be under way on it. */
  send(request: UpstreamRequest, handler: AnswerHandler): void {
    this.#request = request;
    this.#handler = handler;
    this.isReusable = false;
    if (this.#socket === null) this.#connect();
    else this.#write(this.#socket);
  }

  /** Ends it now and says no more to its handler; harmless twice. */
  destroy(): void {
    this.#handler = null;
    this.#close();
  }

  /** Goes on after `onPieceEnd` returned false. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket?.resume();
  }

  /** The bytes handed out last are still needed: the connection reads into others from now on. */
  giveAwayBytes(): void {
    this.#nextBuffer ??= smallBuffer();
  }

  /** After an upgrade: all bytes go there, good until it returns, or until `resume` where it returns false. The socket is for everything else. */
  passTo(sink: (bytes: Buffer) => boolean): Socket {
    this.#sink = sink;
    return this.#socket as Socket;
  }

  #connect(): void {
    this.#state = "connecting";
    const { kind } = this.#address;
    const target = kind === "unix" ? { path: this.#address.path } : { host: this.#address.host, port: this.#address.port };
    const options = {
      ...target,
      // Half-closed ends of a tunnel are passed on, not turned into closed ones.
      allowHalfOpen: true,
      onread: { buffer: this.#bufferToRead as () => Buffer, callback: this.#onRead as (length: number, bytes: Uint8Array) => boolean },
      ...(kind === "tcp" && { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }),
    };
    const socket = connect(options);
    this.#socket = socket;
    this.#startTimer(this.#connectMilliseconds);
    socket.on("connect", () => this.#write(socket));
    socket.on("end", () => this.#onEnd());
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new UpstreamClosed("the upstream closed the connection")));
  }

  #write(socket: Socket): void {
    const request = this.#request as UpstreamRequest;
    this.#state = "head";
    this.#bytesAtTimer = 0;
    this.#startTimer(request.timeoutMilliseconds);
    (this.#handler as AnswerHandler).onSent();
    if (this.#request !== request) return;
    socket.write(headOf(request), "latin1");
    request.body?.start(socket);
  }

  /** The buffer for the next read; null: the same as before. */
  readonly #bufferToRead = (): Buffer | null => {
    const next = this.#nextBuffer;
    if (next === null) return this.#socket === null ? this.#buffer : null;
    this.#nextBuffer = null;
    this.#buffer = next;
    return next;
  };

  readonly #onRead = (length: number, buffer: Buffer): boolean => {
    if (this.#state === "tunnel") return (this.#sink as (bytes: Buffer) => boolean)(buffer.subarray(0, length));
    try {
      this.#take(buffer, length);
    } catch (error) {
      this.#fail(error as Error);
    }
    return !this.#isPaused;
  };

  #take(buffer: Buffer, length: number): void {
    let bytes = buffer;
    let end = length;
    let at = 0;
    if (this.#state === "idle") throw new BadAnswer("the upstream speaks unasked");
    if (this.#state === "head" && this.#partialHead !== null) {
      bytes = Buffer.concat([this.#partialHead, buffer.subarray(0, length)]);
      end = bytes.length;
    }
    while (this.#state === "head") {
      const stop = bytes.indexOf("\r\n\r\n", at, "latin1");
      if (stop === -1 || stop + 4 > end) {
        if (end - at > mostHead) throw new BadAnswer("the answer's head is too long");
        if (/(?:^|[^\r])\n/.test(bytes.toString("latin1", at, end)))
          throw new BadAnswer("a line of the answer's head ends in a bare line feed");
        this.#partialHead = Buffer.from(bytes.subarray(at, end));
        return;
      }
      this.#partialHead = null;
      const head = readResponseHead(bytes.toString("latin1", at, stop + 2), (this.#request as UpstreamRequest).method);
      at = stop + 4;
      if (!this.#takeHead(head, bytes, at, end)) return;
    }
    this.#takeBody(bytes, at, end);
    if (this.#state === "length" || this.#state === "chunked" || this.#state === "until-close") {
      // Much is coming: fewer and larger reads.
      if (length === buffer.length && !isLarge(buffer) && this.#nextBuffer === null) this.#nextBuffer = largeBuffer();
      if (this.#handler !== null && !this.#handler.onPieceEnd()) this.#isPaused = true;
    }
  }

  /** Whether there is more to read here. */
  #takeHead(head: ResponseHead, bytes: Buffer, at: number, end: number): boolean {
    const handler = this.#handler as AnswerHandler;
    if (head.status === 101) {
      if (this.#request?.upgrade === null) throw new BadAnswer("the upstream changes to a protocol nobody asked for");
      this.#state = "tunnel";
      this.#stopTimer();
      this.#handler = null;
      handler.onUpgrade(head, Buffer.from(bytes.subarray(at, end)));
      return false;
    }
    if (head.status < 200) {
      this.#timer?.refresh();
      handler.onInterim(head);
      return this.#state === "head";
    }
    this.#head = head;
    this.#state = typeof head.body === "number" ? "length" : head.body;
    this.#left = typeof head.body === "number" ? head.body : 0;
    this.#chunked = head.body === "chunked" ? new ChunkedBody() : null;
    handler.onHead(head);
    return true;
  }

  #takeBody(bytes: Buffer, at: number, end: number): void {
    let next = at;
    if (this.#state === "length") {
      const step = Math.min(this.#left, end - at);
      next += step;
      this.#left -= step;
      if (step > 0) this.#handOver(bytes.subarray(at, next));
      if (this.#left > 0) return;
    } else if (this.#state === "chunked") {
      const chunked = this.#chunked as ChunkedBody;
      next = chunked.read(bytes, at, end, this.#handOver);
      if (!chunked.isDone) return;
    } else {
      if (end > at) this.#handOver(bytes.subarray(at, end));
      return;
    }
    if (this.#handler !== null) this.#finish(next === end);
  }

  readonly #handOver = (bytes: Buffer): void => {
    this.#handler?.onData(bytes);
  };

  /** The answer is whole. Bytes after it belong to nobody: such a connection is not used again. */
  #finish(isExact: boolean): void {
    const handler = this.#handler as AnswerHandler;
    const head = this.#head as ResponseHead;
    const body = this.#request?.body ?? null;
    const trailers = this.#chunked?.trailers ?? [];
    this.isReusable = isExact && head.keepsAlive && (body === null || body.isDone);
    this.keepAliveSeconds = head.keepAliveSeconds;
    body?.stop();
    this.#handler = null;
    this.#request = null;
    this.#head = null;
    this.#chunked = null;
    this.#isPaused = false;
    if (this.#state !== "closed") this.#state = "idle";
    handler.onEnd(trailers);
    if (isLarge(this.#buffer) && this.#nextBuffer === null) {
      returnBuffer(this.#buffer);
      this.#nextBuffer = smallBuffer();
    }
  }

  #onEnd(): void {
    if (this.#state === "tunnel") return;
    if (this.#state === "until-close" && this.#handler !== null) this.#finish(false);
    this.#fail(new UpstreamClosed("the upstream closed the connection"));
  }

  #fail(error: Error): void {
    if (this.#state === "tunnel") return;
    const handler = this.#handler;
    this.#handler = null;
    this.#close();
    handler?.onError(error);
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.isReusable = false;
    this.#stopTimer();
    this.#request?.body?.stop();
    this.#request = null;
    this.#socket?.destroy();
    this.#onClose(this);
  }

  #startTimer(milliseconds: number): void {
    if (this.#timer !== null && this.#timerMilliseconds === milliseconds) {
      this.#timer.refresh();
      return;
    }
    this.#stopTimer();
    this.#timerMilliseconds = milliseconds;
    this.#timer = setTimeout(this.#onTime, milliseconds).unref();
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** It runs on during bodies and idle times, where it means nothing: setting it anew is cheaper than taking it away. */
  readonly #onTime = (): void => {
    if (this.#state === "connecting") this.#fail(new ConnectTimeout("no connection in time"));
    if (this.#state !== "head") return;
    const body = this.#request?.body ?? null;
    const isMoving = body !== null && body.bytes !== this.#bytesAtTimer;
    this.#bytesAtTimer = body?.bytes ?? 0;
    if (isMoving || (body?.isStarted && !body.isDone && body.isWaitingForClient)) this.#timer?.refresh();
    else this.#fail(new AnswerTimeout("no answer in time"));
  };
}

function headOf({ method, path, headers, body, upgrade }: UpstreamRequest): string {
  let text = `${method} ${path} HTTP/1.1\r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  if (body?.isChunked) text += "transfer-encoding: chunked\r\n";
  return text + (upgrade === null ? "connection: keep-alive\r\n\r\n" : `connection: upgrade\r\nupgrade: ${upgrade}\r\n\r\n`);
}
