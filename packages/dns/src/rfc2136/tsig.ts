import { createHmac, timingSafeEqual } from "node:crypto";
import { afterName, uint16, wireName } from "./wire.ts";

/** A shared key of RFC 8945. */
export interface TsigKey {
  name: string;
  algorithm: "hmac-sha256" | "hmac-sha512";
  /** Base64. */
  secret: string;
}

/** What a TSIG record says. */
interface Tsig {
  /** A name in wire form, which is never compressed here. */
  algorithm: Buffer;
  /** 48 bits of seconds and 16 bits of fudge, as sent. */
  time: Buffer;
  mac: Buffer;
  originalId: number;
  /** 16 bad signature, 17 bad key, 18 bad time, 22 bad truncation; 0 for none. */
  error: number;
  other: Buffer;
}

const fudgeSeconds = 300;
const tsigType = 250;

/** A message with its TSIG record appended, and the signature, which the answer's is made over. */
export function sign(message: Buffer, key: TsigKey, seconds: number): { message: Buffer; mac: Buffer } {
  const time = Buffer.alloc(8);
  time.writeUIntBE(seconds, 0, 6);
  time.writeUInt16BE(fudgeSeconds, 6);
  const mac = macOf(key, [message, variables(key, time, 0, Buffer.alloc(0))]);
  const data = Buffer.concat([wireName(key.algorithm), time, uint16(mac.length), mac, message.subarray(0, 2), uint16(0), uint16(0)]);
  const record = Buffer.concat([wireName(key.name), uint16(tsigType), uint16(255), Buffer.alloc(4), uint16(data.length), data]);
  const signed = Buffer.concat([message, record]);
  signed.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return { message: signed, mac };
}

/** Whether an answer was signed with the key for the request of that signature; `error` is what the server says of the request's own. RangeError: no DNS message. */
export function verify(answer: Buffer, requestMac: Buffer, key: TsigKey, seconds: number): { isGenuine: boolean; error: number } {
  const start = tsigStart(answer);
  const tsig = start === null ? null : readTsig(answer, start);
  if (start === null || tsig === null) return { isGenuine: false, error: 0 };
  const bare = Buffer.from(answer.subarray(0, start));
  bare.writeUInt16BE(tsig.originalId, 0);
  bare.writeUInt16BE(answer.readUInt16BE(10) - 1, 10);
  const mac = macOf(key, [uint16(requestMac.length), requestMac, bare, variables(key, tsig.time, tsig.error, tsig.other)]);
  const isInTime = Math.abs(tsig.time.readUIntBE(0, 6) - seconds) <= tsig.time.readUInt16BE(6);
  const isSame = mac.length === tsig.mac.length && timingSafeEqual(mac, tsig.mac);
  return { isGenuine: isSame && isInTime && tsig.algorithm.equals(wireName(key.algorithm)), error: tsig.error };
}

function macOf(key: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(key.algorithm.slice("hmac-".length), Buffer.from(key.secret, "base64"));
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

function variables(key: TsigKey, time: Buffer, error: number, other: Buffer): Buffer {
  return Buffer.concat([
    wireName(key.name),
    uint16(255),
    Buffer.alloc(4),
    wireName(key.algorithm),
    time,
    uint16(error),
    uint16(other.length),
    other,
  ]);
}

/** Where the last additional record begins, if it is a TSIG. */
function tsigStart(message: Buffer): number | null {
  const counts = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  const [questions = 0, ...sections] = counts;
  let at = 12;
  let last = null;
  for (let i = 0; i < questions; i++) at = afterName(message, at) + 4;
  for (let left = sections.reduce((sum, count) => sum + count, 0); left > 0; left--) {
    last = at;
    const fixed = afterName(message, at);
    at = fixed + 10 + message.readUInt16BE(fixed + 8);
  }
  return last !== null && (sections[2] ?? 0) > 0 && message.readUInt16BE(afterName(message, last)) === tsigType ? last : null;
}

function readTsig(message: Buffer, start: number): Tsig {
  let at = afterName(message, start) + 10;
  const algorithm = message.subarray(at, afterName(message, at));
  at += algorithm.length;
  const time = message.subarray(at, at + 8);
  const macEnd = at + 10 + message.readUInt16BE(at + 8);
  const otherEnd = macEnd + 6 + message.readUInt16BE(macEnd + 4);
  if (otherEnd !== message.length) throw new RangeError("the TSIG record does not end with the message");
  return {
    algorithm,
    time,
    mac: message.subarray(at + 10, macEnd),
    originalId: message.readUInt16BE(macEnd),
    error: message.readUInt16BE(macEnd + 2),
    other: message.subarray(macEnd + 6, otherEnd),
  };
}
