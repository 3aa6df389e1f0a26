import type { TLSSocket } from "node:tls";
import { host } from "./rig.ts";
import { shake } from "./tls-rig.ts";

const kinds = { data: 0, headers: 1, rst: 3, settings: 4, goaway: 7, continuation: 9 } as const;

export interface Frame {
  kind: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

/** HTTP/2 frame by frame, for what no library would send. */
export class RawH2 {
  readonly socket: TLSSocket;
  readonly frames: Frame[] = [];
  isClosed = false;
  #rest = Buffer.alloc(0);
  #listeners = new Set<() => void>();

  constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("close", () => {
      this.isClosed = true;
      for (const listener of this.#listeners) listener();
    });
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    this.send(kinds.settings, 0, 0, Buffer.alloc(0));
  }

  send(kind: number, flags: number, stream: number, payload: Buffer): void {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = kind;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    this.socket.write(Buffer.concat([head, payload]));
  }

  /** A whole header block, each field as a literal without index. */
  headers(stream: number, fields: readonly (readonly [string, string])[], endStream: boolean): void {
    this.send(kinds.headers, 4 | (endStream ? 1 : 0), stream, Buffer.concat(fields.map(literal)));
  }

  data(stream: number, text: string, endStream: boolean): void {
    this.send(kinds.data, endStream ? 1 : 0, stream, Buffer.from(text, "latin1"));
  }

  reset(stream: number): void {
    this.send(kinds.rst, 0, stream, Buffer.from([0, 0, 0, 8]));
  }

  /** How a stream ends: with an answer's status, a reset, or with the whole connection. */
  async endOf(stream: number): Promise<"reset" | "connection" | number> {
    for (;;) {
      for (const frame of this.frames) {
        if (frame.stream === stream && frame.kind === kinds.rst) return "reset";
        if (frame.stream === stream && frame.kind === kinds.headers) return statusOf(frame.payload);
        if (frame.kind === kinds.goaway && frame.payload.readUInt32BE(4) !== 0) return "connection";
      }
      if (this.isClosed) return "connection";
      await this.#change();
    }
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const listener = () => {
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 9) {
      const length = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + length) break;
      const [kind = 0, flags = 0] = this.#rest.subarray(3, 5);
      this.frames.push({ kind, flags, stream: this.#rest.readUInt32BE(5), payload: Buffer.from(this.#rest.subarray(9, 9 + length)) });
      this.#rest = this.#rest.subarray(9 + length);
    }
    for (const listener of this.#listeners) listener();
  }
}

export const openRawH2 = async (port: number): Promise<RawH2> => new RawH2(await shake(port, { servername: host, ALPNProtocols: ["h2"] }));

/** The pseudo headers of a request. */
export const asks = (method: string, path = "/", authority = host): [string, string][] => [
  [":method", method],
  [":scheme", "https"],
  [":path", path],
  [":authority", authority],
];

function literal([name, value]: readonly [string, string]): Buffer {
  return Buffer.concat([Buffer.of(0), text(name), text(value)]);
}

/** HPACK string without Huffman coding; lengths from 127 on take more bytes (RFC 7541, 5.1). */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  const size: number[] = [Math.min(bytes.length, 127)];
  if (bytes.length >= 127) {
    let rest = bytes.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) size.push((rest % 128) + 128);
    size.push(rest);
  }
  return Buffer.concat([Buffer.from(size), bytes]);
}

/** Of the static table's `:status` entries, or a literal of three digits. */
function statusOf(block: Buffer): number {
  const first = block[0] ?? 0;
  const table = [200, 204, 206, 304, 400, 404, 500];
  if (first >= 0x88 && first <= 0x8e) return table[first - 0x88] as number;
  const digits = /[1-5]\d\d/.exec(block.subarray(0, 8).toString("latin1"));
  return digits ? Number(digits[0]) : huffmanStatus(block);
}

/** Digits 0 to 9 in HPACK's Huffman code have five or six bits. */
function huffmanStatus(block: Buffer): number {
  let bits = [...block.subarray(2, 2 + ((block[1] ?? 0) & 0x7f))].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const codes = ["00000", "00001", "00010", "011001", "011010", "011011", "011100", "011101", "011110", "011111"];
  let digits = "";
  while (digits.length < 3) {
    const digit = codes.findIndex((code) => bits.startsWith(code));
    if (digit === -1) return 0;
    digits += digit;
    bits = bits.slice((codes[digit] as string).length);
  }
  return Number(digits);
}
