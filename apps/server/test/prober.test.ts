import { describe, expect, it } from "vitest";
import { withOthers } from "../src/reconciler/prober.ts";

describe("P20 probes that are not urgent go together", () => {
  it.each([0, 1, 999, 1001, 5_432.1])("from %d ms on, two of the same interval end at the same time", (offset) => {
    const [one, other] = [10_000, 10_700 + (offset % 200)].map((now) => now + withOthers(10_000, now));
    expect(other).toBe(one);
  });

  it("the interval is kept: the first pause is off by a second at most, later ones by nothing", () => {
    const first = withOthers(10_000, 1234.5);
    expect(Math.abs(first - 10_000)).toBeLessThanOrEqual(1000);
    const second = 1234.5 + first;
    expect(withOthers(10_000, second)).toBe(10_000);
  });

  it("a short interval stays as it was asked for", () => {
    expect(withOthers(200, 1234.5)).toBe(200);
    expect(withOthers(3999, 77)).toBe(3999);
  });
});
