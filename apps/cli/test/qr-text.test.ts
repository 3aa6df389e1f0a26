import { encode } from "fast-png";
import encodeQr from "qr";
import decodeQr from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { qrText } from "../src/qr-text.ts";

const scale = 6;

/** A code as agents draw theirs. */
function picture(text: string): string {
  const rows = encodeQr(text, "raw", { ecc: "medium", border: 4 });
  const side = rows.length * scale;
  const data = Uint8Array.from({ length: side * side * 4 }, (_, i) => {
    const [x, y] = [Math.floor(((i >> 2) % side) / scale), Math.floor((i >> 2) / side / scale)];
    return i % 4 === 3 || !rows[y]?.[x] ? 255 : 0;
  });
  return `data:image/png;base64,${Buffer.from(encode({ width: side, height: side, data, channels: 4 })).toString("base64")}`;
}

/** What a camera sees of the text: two rows of a code in each line. */
function read(text: string): string {
  const rows = text
    .split("\n")
    .flatMap((line) => [[...line].map((cell) => cell === "█" || cell === "▀"), [...line].map((cell) => cell === "█" || cell === "▄")]);
  const side = rows[0]?.length ?? 0;
  const [width, height] = [side * scale, rows.length * scale];
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const [x, y] = [Math.floor(((i >> 2) % width) / scale), Math.floor((i >> 2) / width / scale)];
    return i % 4 === 3 || rows[y]?.[x] ? 255 : 0;
  });
  return decodeQr({ width, height, data });
}

describe("A10 a code as text", () => {
  const said = `https://wa.me/settings/linked_devices#2@${"ref".repeat(30)},${"k".repeat(44)},${"i".repeat(44)},${"s".repeat(44)},9`;

  it("is read by a camera as what it says, and fits a terminal", () => {
    const text = qrText(picture(said), false) ?? "";
    expect(read(text)).toBe(said);
    expect(text.split("\n").length).toBeLessThan(36);
    expect(text.split("\n")[0]?.length).toBeLessThan(72);
  });

  it("is light on dark on every terminal", () => {
    const lines = (qrText(picture(said), true) ?? "").split("\n");
    for (const line of lines) expect([line.startsWith("\u001b[97;40m"), line.endsWith("\u001b[0m")]).toEqual([true, true]);
  });

  it("none of a picture without a code, or of none", () => {
    const blank = encode({ width: 100, height: 100, data: new Uint8Array(40_000).fill(255), channels: 4 });
    expect(qrText(`data:image/png;base64,${Buffer.from(blank).toString("base64")}`, false)).toBeNull();
    expect(qrText("data:image/png;base64,AAAA", false)).toBeNull();
  });
});
