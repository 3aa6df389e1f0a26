import { decode } from "fast-png";
import encodeQr from "qr";
import decodeQr from "qr/decode.js";

/**
 * A code that is a PNG as data URL, drawn anew with half blocks, as small as it can be. Null where it is not read as one.
 * `colours`: light on dark whatever the terminal's own are; else light blocks stand for what is light.
 */
export function qrText(url: string, colours: boolean): string | null {
  try {
    const { width, height, data } = decode(Buffer.from(url.slice(url.indexOf(",") + 1), "base64"));
    const drawn = encodeQr(decodeQr({ width, height, data: Uint8Array.from(data) }), "ascii", { ecc: "low", border: 2 });
    const lines = drawn.trimEnd().split("\n");
    return (colours ? lines.map((line) => `\u001b[97;40m${line}\u001b[0m`) : lines).join("\n");
  } catch {
    return null;
  }
}
