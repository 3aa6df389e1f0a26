import { type HeaderKind, headerKind } from "./header-kind.ts";
import { BadAnswer, readHeaderLines } from "./response-head.ts";

const mostLine = 1024;
const mostTrailers = 16_384;
const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const quoted = '"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const sizeLine = new RegExp(`^([0-9a-fA-F]{1,13})(?:;${token}(?:=(?:${token}|${quoted}))?)*\\r\\n$`);
const lineFeed = 0x0a;
const framing = new Set<HeaderKind>(["content-length", "transfer-encoding"]);

/** Reads a chunked body (RFC 9112, 7.1) piece by piece. Chunk extensions are dropped; anything else out of order is an error. */
export class ChunkedBody {
  #state: "size" | "data" | "data-end" | "trailers" | "done" = "size";
  #left = 0;
  #line = "";
  #trailers = "";

  get isDone(): boolean {
    return this.#state === "done";
  }

  /** Flat list; empty until done. */
  get trailers(): string[] {
    return this.isDone ? readHeaderLines(this.#trailers, 0) : [];
  }

  /** Hands out data in bytes `at` to `end`; returns the offset after the last byte that is part of this body. Throws `BadAnswer`. */
  read(bytes: Buffer, at: number, end: number, onData: (data: Buffer) => void): number {
    let next = at;
    while (next < end && this.#state !== "done") {
      if (this.#state === "data") {
        const step = Math.min(this.#left, end - next);
        this.#left -= step;
        if (this.#left === 0) this.#state = "data-end";
        onData(bytes.subarray(next, next + step));
        next += step;
      } else {
        next = this.#readLine(bytes, next, end);
      }
    }
    return next;
  }

  #readLine(bytes: Buffer, at: number, end: number): number {
    const feed = bytes.indexOf(lineFeed, at);
    const isWhole = feed !== -1 && feed < end;
    const next = isWhole ? feed + 1 : end;
    if (this.#line.length + next - at > mostLine + (this.#state === "trailers" ? mostTrailers : 0))
      throw new BadAnswer("a line between chunks is too long");
    this.#line += bytes.toString("latin1", at, next);
    if (isWhole) {
      const line = this.#line;
      this.#line = "";
      this.#takeLine(line);
    }
    return next;
  }

  #takeLine(line: string): void {
    if (this.#state === "size") {
      const size = sizeLine.exec(line)?.[1];
      if (size === undefined) throw new BadAnswer("a chunk's size is malformed");
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? "trailers" : "data";
    } else if (this.#state === "data-end") {
      if (line !== "\r\n") throw new BadAnswer("a chunk is longer than its size");
      this.#state = "size";
    } else if (line === "\r\n") {
      const names = readHeaderLines(this.#trailers, 0).filter((_, i) => i % 2 === 0);
      if (names.some((name) => framing.has(headerKind(name)))) throw new BadAnswer("a trailer frames a message that is over");
      this.#state = "done";
    } else {
      this.#trailers += line;
      if (this.#trailers.length > mostTrailers) throw new BadAnswer("the trailers are too long");
    }
  }
}
