import { describe, expect, it } from "vitest";
import { closeFrame, FrameBoundary } from "../src/upgrade/frame-boundary.ts";

const frame = (payload: number, masked = false): Buffer => {
  const mask = masked ? 0x80 : 0;
  const head =
    payload < 126
      ? [0x82, mask | payload]
      : payload < 65_536
        ? [0x82, mask | 126, payload >> 8, payload & 0xff]
        : [0x82, mask | 127, 0, 0, 0, 0, (payload >> 24) & 0xff, (payload >> 16) & 0xff, (payload >> 8) & 0xff, payload & 0xff];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(payload + (masked ? 4 : 0))]);
};

describe("P7 WebSocket frame boundaries", () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 100_000])("a frame of %i bytes, whole and in pieces of any size", (payload) => {
    for (const masked of [false, true]) {
      const bytes = Buffer.concat([frame(payload, masked), frame(3)]);
      for (const size of [1, 2, 3, 7, 1000, bytes.length]) {
        if (bytes.length / size > 5000) continue;
        const boundary = new FrameBoundary();
        const ends: number[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          const last = boundary.push(bytes.subarray(at, at + size));
          if (last > 0) ends.push(at + last);
        }
        expect(boundary.isAtBoundary).toBe(true);
        expect(ends.at(-1)).toBe(bytes.length);
      }
    }
  });

  it("finds the last boundary within a chunk", () => {
    const boundary = new FrameBoundary();
    const bytes = Buffer.concat([frame(5), frame(10)]);
    expect(boundary.push(bytes.subarray(0, 9))).toBe(7);
    expect(boundary.isAtBoundary).toBe(false);
    expect(boundary.push(bytes.subarray(9, 12))).toBe(-1);
    expect(boundary.push(bytes.subarray(12))).toBe(bytes.length - 12);
  });

  it("a close frame is a frame", () => {
    const bytes = closeFrame(1012, "restarting");
    expect([...bytes.subarray(0, 4)]).toEqual([0x88, 12, 0x03, 0xf4]);
    const boundary = new FrameBoundary();
    expect(boundary.push(bytes)).toBe(bytes.length);
  });
});
