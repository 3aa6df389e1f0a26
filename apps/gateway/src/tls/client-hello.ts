/** What a TLS client says first, as far as it is looked at here. */
export interface ClientHello {
  /** Lower case; null: it names no host. */
  serverName: string | null;
  /** Protocols it offers (ALPN), in its order. */
  protocols: string[];
}

const handshakeRecord = 22;
const clientHello = 1;
const mostBytes = 16_384;

/** Reads the beginning of a TLS connection. `more`: it goes on; null: it is no ClientHello, or none of a sane size. */
export function readClientHello(bytes: Buffer): ClientHello | "more" | null {
  const message = handshakeMessage(bytes);
  if (!Buffer.isBuffer(message)) return message;
  const reader = new Reader(message);
  reader.skip(2 + 32);
  reader.skip(reader.number(1));
  reader.skip(reader.number(2));
  reader.skip(reader.number(1));
  const extensions = reader.part(reader.number(2));
  const hello: ClientHello = { serverName: null, protocols: [] };
  while (extensions.hasMore) {
    const kind = extensions.number(2);
    const body = extensions.part(extensions.number(2));
    if (kind === 0) {
      const names = body.part(body.number(2));
      if (names.number(1) === 0) hello.serverName = names.text(names.number(2)).toLowerCase();
    } else if (kind === 16) {
      const list = body.part(body.number(2));
      while (list.hasMore) hello.protocols.push(list.text(list.number(1)));
    }
  }
  return reader.isBroken || extensions.isBroken ? null : hello;
}

/** The body of the first handshake message, which may be spread over several records. */
function handshakeMessage(bytes: Buffer): Buffer | "more" | null {
  const parts: Buffer[] = [];
  let have = 0;
  for (let at = 0; ; ) {
    if (at > mostBytes) return null;
    if (bytes.length > at && bytes[at] !== handshakeRecord) return null;
    if (bytes.length < at + 5) return "more";
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > mostBytes) return null;
    const part = bytes.subarray(at + 5, at + 5 + length);
    parts.push(part);
    have += part.length;
    if (have >= 4) {
      const all = Buffer.concat(parts);
      const size = all.readUIntBE(1, 3);
      if (all[0] !== clientHello || size > mostBytes) return null;
      if (all.length >= 4 + size) return all.subarray(4, 4 + size);
    }
    if (part.length < length) return "more";
    at += 5 + length;
  }
}

/** Numbers and parts from bytes; past their end it gives zeros and is broken. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  isBroken = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get hasMore(): boolean {
    return !this.isBroken && this.#at < this.#bytes.length;
  }

  number(size: number): number {
    const bytes = this.#take(size);
    return bytes.length === size ? bytes.readUIntBE(0, size) : 0;
  }

  text(size: number): string {
    return this.#take(size).toString("latin1");
  }

  part(size: number): Reader {
    return new Reader(this.#take(size));
  }

  skip(size: number): void {
    this.#take(size);
  }

  #take(size: number): Buffer {
    const bytes = this.#bytes.subarray(this.#at, this.#at + size);
    if (bytes.length < size) this.isBroken = true;
    this.#at += size;
    return bytes;
  }
}
