import type { Socket } from "node:net";
import { IdleTimer } from "../policies/idle-timer.ts";
import type { Connection } from "../proxy/connection.ts";
import type { Closable } from "../proxy/upstream.ts";
import { closeFrame, FrameBoundary } from "./frame-boundary.ts";

const serviceRestart = { code: 1012, reason: "restarting" };
const idleTooLong = { code: 1001, reason: "idle" };
const closeMilliseconds = 2000;
const halfClosedMilliseconds = 60_000;

export interface TunnelEnds {
  client: Socket;
  /** After its upgrade. */
  upstream: Connection;
  /** A WebSocket is closed with a close frame, anything else by the end of its stream. */
  isWebSocket: boolean;
  /** Without a byte either way for so long it is closed; 0: never. */
  idleMilliseconds: number;
  onActivity(): void;
  /** Called once, when both ends are gone. */
  onEnd(bytesIn: number, bytesOut: number): void;
}

/** Bytes both ways between a client and an upstream after an upgrade, each side only as fast as the other takes them. */
export class Tunnel implements Closable {
  readonly #ends: TunnelEnds;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #frames: FrameBoundary | null;
  #bytesIn = 0;
  #bytesOut = 0;
  #isClosing = false;
  #goodbye = serviceRestart;
  #idle: IdleTimer | null = null;
  #hasSaidGoodbye = false;
  #openEnds = 2;
  #timer: NodeJS.Timeout | null = null;
  #deadline = Number.POSITIVE_INFINITY;

  constructor(ends: TunnelEnds) {
    this.#ends = ends;
    this.#client = ends.client;
    this.#upstream = ends.upstream.passTo((bytes) => this.#toClient(bytes));
    this.#frames = ends.isWebSocket ? new FrameBoundary() : null;
  }

  /** The heads are what came along with the handshakes. */
  start(clientHead: Buffer, upstreamHead: Buffer): void {
    const client = this.#client;
    const upstream = this.#upstream;
    client.on("data", (bytes: Buffer) => this.#toUpstream(bytes));
    if (clientHead.length > 0) this.#toUpstream(clientHead);
    if (upstreamHead.length > 0) this.#toClient(upstreamHead);
    this.#join(client, upstream);
    this.#join(upstream, client);
    const { idleMilliseconds } = this.#ends;
    if (idleMilliseconds > 0) this.#idle = new IdleTimer(idleMilliseconds, () => this.#close(idleTooLong));
    client.resume();
  }

  close(): void {
    this.#close(serviceRestart);
  }

  #close(goodbye: typeof serviceRestart): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#goodbye = goodbye;
    this.#destroyAfter(closeMilliseconds);
    if (this.#frames === null || this.#frames.isAtBoundary) this.#sayGoodbye();
  }

  #toUpstream(bytes: Buffer): void {
    const upstream = this.#upstream;
    this.#bytesIn += bytes.length;
    this.#noteActivity();
    if (!upstream.writableEnded && !upstream.write(bytes) && upstream.writableLength > 0) this.#client.pause();
  }

  /** False where the client must take what it has before more is read. */
  #toClient(bytes: Buffer): boolean {
    if (this.#hasSaidGoodbye) return true;
    const client = this.#client;
    this.#noteActivity();
    const boundary = this.#frames?.push(bytes) ?? -1;
    const part = this.#isClosing && boundary !== -1 ? bytes.subarray(0, boundary) : bytes;
    this.#bytesOut += part.length;
    const isRoomLeft = client.writableEnded || client.write(part);
    const isTaken = client.writableLength === 0;
    if (part !== bytes || (this.#isClosing && this.#frames?.isAtBoundary)) this.#sayGoodbye();
    if (!isTaken && isRoomLeft) this.#ends.upstream.giveAwayBytes();
    return isTaken || isRoomLeft || this.#hasSaidGoodbye;
  }

  #sayGoodbye(): void {
    if (this.#hasSaidGoodbye) return;
    this.#hasSaidGoodbye = true;
    const client = this.#client;
    const upstream = this.#upstream;
    if (this.#frames !== null && !client.writableEnded) client.write(closeFrame(this.#goodbye.code, this.#goodbye.reason));
    client.end();
    upstream.end();
    // What still comes is dropped, so that the ends of both streams can arrive.
    this.#ends.upstream.resume();
  }

  #join(from: Socket, to: Socket): void {
    from.on("drain", to === this.#upstream ? () => this.#ends.upstream.resume() : () => to.resume());
    const onEnd = () => {
      to.end();
      this.#destroyAfter(halfClosedMilliseconds);
    };
    // A client may have said all it has to say before the upstream answered.
    if (from.readableEnded) onEnd();
    else from.on("end", onEnd);
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#openEnds -= 1;
      if (this.#openEnds > 0) {
        to.end();
        return this.#destroyAfter(closeMilliseconds);
      }
      if (this.#timer) clearTimeout(this.#timer);
      this.#idle?.stop();
      this.#ends.onEnd(this.#bytesIn, this.#bytesOut);
    });
  }

  #noteActivity(): void {
    this.#ends.onActivity();
    this.#idle?.note();
    // Half closed, the other half may go on for as long as it has something to say.
    if (this.#deadline === halfClosedMilliseconds) this.#timer?.refresh();
  }

  /** The sooner of two deadlines counts. */
  #destroyAfter(milliseconds: number): void {
    if (this.#deadline <= milliseconds) return;
    this.#deadline = milliseconds;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#client.destroy();
      this.#upstream.destroy();
    }, milliseconds);
  }
}
