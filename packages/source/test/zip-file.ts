import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  name: string | Buffer;
  content?: Buffer | string;
  /** Unix mode with its kind, such as 0o100644 or 0o120777. */
  mode?: number;
  /** What the directory claims, where that is not true. */
  claims?: { bytes?: number; crc?: number; flags?: number; method?: number };
  store?: boolean;
}

/** A zip, byte by byte, so that it can be wrong wherever a test wants. */
export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = "", mode = 0o100644, claims = {}, store = false } of entries) {
    const plain = Buffer.from(content);
    const packed = store ? plain : deflateRawSync(plain);
    const bytes = Buffer.isBuffer(name) ? name : Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (claims.flags ?? 0), 2);
    common.writeUInt16LE(claims.method ?? (store ? 0 : 8), 4);
    common.writeUInt32LE(claims.crc ?? crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claims.bytes ?? plain.length, 18);
    common.writeUInt16LE(bytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, bytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 3]);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), made, common, tail, bytes]));
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, Buffer.from("PK\x05\x06", "latin1"), end]);
}
