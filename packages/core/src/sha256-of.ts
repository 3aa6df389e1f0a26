import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** SHA-256 of bytes that come in parts, lower-case hex; where they come from is the caller's. `progress` gets how many are done. */
export async function sha256Of(parts: AsyncIterable<Uint8Array>, progress?: (bytes: number) => void): Promise<string> {
  const hash = sha256.create();
  let bytes = 0;
  for await (const part of parts) {
    hash.update(part);
    bytes += part.byteLength;
    progress?.(bytes);
  }
  return bytesToHex(hash.digest());
}
