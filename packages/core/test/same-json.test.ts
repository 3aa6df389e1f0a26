import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../src/hash.ts";
import { sameJson } from "../src/same-json.ts";

describe("P5 sameJson", () => {
  it("agrees with canonical JSON", () => {
    const small = fc.jsonValue({ maxDepth: 3 });
    fc.assert(fc.property(small, small, (a, b) => sameJson(a, b) === (canonicalJson(a) === canonicalJson(b))));
    fc.assert(fc.property(small, (a) => sameJson(a, JSON.parse(JSON.stringify(a)))));
  });

  it.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: null }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [[1, 2], [1, 2, 3], false],
    [[], {}, false],
    [{ 0: "x" }, ["x"], false],
    [null, {}, false],
    ["1", 1, false],
  ])("%j and %j: %s", (a, b, same) => {
    expect(sameJson(a, b)).toBe(same);
    expect(sameJson(b, a)).toBe(same);
  });
});
