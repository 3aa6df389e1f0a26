import { createCipheriv, createDecipheriv } from "node:crypto";
import { Transform } from "node:stream";
import { damaged } from "./read-backup.ts";

/** Bytes that are encrypted at a time, and so held at a time. */
const chunkBytes = 1024 * 1024;
const tagBytes = 16;
const lastBit = 0x80_00_00_00;

/**
 * Encrypts a stream in chunks by AES-256-GCM, each with its number and whether it is the last in its nonce: none can be left out,
 * put elsewhere or added. `key` must be used for one stream only. Before each chunk stand 4 bytes: its length, the highest bit
 * set on the last.
 */
export function sealChunks(key: Buffer, context: Buffer): Transform {
  let held: Buffer[] = [];
  let bytes = 0;
  let count = 0;
  const seal = (plain: Buffer, isLast: boolean): Buffer => {
    const cipher = createCipheriv("aes-256-gcm", key, nonceOf(count++, isLast)).setAAD(context);
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE((plain.length | (isLast ? lastBit : 0)) >>> 0);
    return Buffer.concat([length, body, cipher.getAuthTag()]);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held.push(chunk);
      bytes += chunk.length;
      if (bytes <= chunkBytes) return done();
      const all = Buffer.concat(held);
      let at = 0;
      // One more byte must follow: the last chunk is the one that the end is known of.
      for (; all.length - at > chunkBytes; at += chunkBytes) this.push(seal(all.subarray(at, at + chunkBytes), false));
      held = [all.subarray(at)];
      bytes = all.length - at;
      done();
    },
    flush(done) {
      this.push(seal(Buffer.concat(held), true));
      done();
    },
  });
}

/** The other way round; `invalid` for anything that was not written so with this key and context, also where it is cut off. */
export function openChunks(key: Buffer, context: Buffer): Transform {
  let held: Buffer = Buffer.alloc(0);
  let count = 0;
  let isEnded = false;
  const open = (sealed: Buffer, isLast: boolean): Buffer => {
    const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(count++, isLast), { authTagLength: tagBytes }).setAAD(context);
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()]);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      try {
        while (held.length >= 4) {
          if (isEnded) throw damaged("something was put in behind its end");
          const told = held.readUInt32BE();
          const isLast = (told & lastBit) !== 0;
          const length = told & ~lastBit;
          if (length > chunkBytes) throw damaged("a piece of it is not as it was written");
          const end = 4 + length + tagBytes;
          if (held.length < end) break;
          this.push(open(held.subarray(4, end), isLast));
          held = held.subarray(end);
          isEnded = isLast;
        }
        done();
      } catch (error) {
        done(asDamage(error));
      }
    },
    flush(done) {
      done(isEnded && held.length === 0 ? null : damaged("it is cut off"));
    },
  });
}

function nonceOf(count: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt8(isLast ? 1 : 0, 0);
  nonce.writeBigUInt64BE(BigInt(count), 4);
  return nonce;
}

const asDamage = (error: unknown): Error =>
  error instanceof Error && error.name === "AppError" ? error : damaged("a piece of it is not as it was written", error);
