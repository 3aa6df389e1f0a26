/** Git's frames: four hexadecimal digits of length, themselves counted, and data; `0000` ends a list. */
export const flushFrame = Buffer.from("0000");

const mostData = 65_515;

export function pktLine(data: string | Uint8Array): Buffer {
  const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(data);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
}

/** Data beside the report: 1 is the report, 2 is for people, 3 ends with an error. */
export function sideband(band: 1 | 2 | 3, data: string | Uint8Array): Buffer {
  const bytes = Buffer.from(data);
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += mostData)
    frames.push(pktLine(Buffer.concat([Buffer.from([band]), bytes.subarray(at, at + mostData)])));
  return Buffer.concat(frames);
}

/** What git itself sends while there is nothing to say. */
export const keepAlive = pktLine(Buffer.from([1]));

/** The whole frames at the beginning, a null for each flush, and what follows. Throws for what is no frame. */
export function takeFrames(bytes: Buffer): { frames: (Buffer | null)[]; rest: Buffer } {
  const frames: (Buffer | null)[] = [];
  let at = 0;
  while (bytes.length - at >= 4) {
    const digits = bytes.subarray(at, at + 4).toString("latin1");
    const length = /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
    if (length < 0 || (length > 0 && length < 4)) throw new Error("no frame of git");
    if (length === 0) {
      frames.push(null);
      at += 4;
      continue;
    }
    if (bytes.length - at < length) break;
    frames.push(bytes.subarray(at + 4, at + length));
    at += length;
  }
  return { frames, rest: bytes.subarray(at) };
}
