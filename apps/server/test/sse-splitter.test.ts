import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventData, SseSplitter } from "../src/llm/sse-splitter.ts";

const whole = [
  "data: {}\n\n",
  ": a comment\n\n",
  "event: x\r\ndata: 漢字\r\n\r\n",
  "\n\n",
  "data: a\n\ndata: [DONE]\n\n",
  "data: the rest",
].join("");

describe("P24 server-sent events", () => {
  it("come out as they came, whatever the pieces, and none waits once it has ended", () => {
    const bytes = Buffer.from(whole);
    const atOnce = new SseSplitter().push(bytes).map(String);
    expect(atOnce).toHaveLength(6);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 40 }), (cuts) => {
        const splitter = new SseSplitter();
        const out: Buffer[] = [];
        const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        for (const [i, from] of borders.entries()) {
          // As a connection does: the same memory is written over.
          const piece = Buffer.from(bytes.subarray(from, borders[i + 1] ?? from));
          out.push(...splitter.push(piece).map((event) => Buffer.from(event)));
          piece.fill(0);
        }
        expect(out.map(String)).toEqual(atOnce);
        expect(String(splitter.end())).toBe("data: the rest");
      }),
    );
  });

  it("what has no end is passed on all the same once it is too long", () => {
    const splitter = new SseSplitter();
    const [passed] = splitter.push(Buffer.alloc(9 * 1024 * 1024, "x"));
    expect(passed).toHaveLength(9 * 1024 * 1024);
    expect(splitter.end()).toHaveLength(0);
  });

  it.each([
    ['data: {"a":1}\n\n', { a: 1 }],
    ['event: x\r\ndata:{"a":\r\ndata: 1}\r\n\r\n', { a: 1 }],
    ["data: [DONE]\n\n", null],
    ["data: {broken\n\n", null],
    [": comment\n\n", null],
  ])("%j holds %j", (event, data) => {
    expect(eventData(Buffer.from(event))).toEqual(data);
  });
});
