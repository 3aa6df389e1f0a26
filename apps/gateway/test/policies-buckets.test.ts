import { describe, expect, it } from "vitest";
import { addressKey } from "../src/policies/address-key.ts";
import { RateLimit } from "../src/policies/rate-limit.ts";
import { TokenBuckets } from "../src/policies/token-buckets.ts";

describe("P7 rate limit: token buckets", () => {
  const take = (buckets: TokenBuckets, key: string, now: number, origin = key) => buckets.take(key, origin, now);

  it("a full bucket at once, then as fast as tokens come back, and never more than full", () => {
    const buckets = new TokenBuckets({ tokens: 2, perMilliseconds: 1000, burst: 3 });
    const allowed = (now: number) => take(buckets, "a", now).isAllowed;
    expect([0, 0, 0, 0].map(allowed)).toEqual([true, true, true, false]);
    expect(take(buckets, "a", 100)).toEqual({ isAllowed: false, remaining: 0, waitMilliseconds: 400, resetMilliseconds: 1400 });
    expect([499, 500, 501, 1000].map(allowed)).toEqual([false, true, false, true]);
    expect([1e9, 1e9, 1e9, 1e9].map(allowed)).toEqual([true, true, true, false]);
  });

  it("refused requests do not put off the next token; others are not touched", () => {
    const buckets = new TokenBuckets({ tokens: 1, perMilliseconds: 1000, burst: 1 });
    take(buckets, "a", 0);
    for (let now = 0; now < 1000; now += 10) expect(take(buckets, "a", now).isAllowed).toBe(false);
    expect(take(buckets, "a", 1000).isAllowed).toBe(true);
    expect(take(buckets, "b", 1000)).toMatchObject({ isAllowed: true, remaining: 0 });
  });

  it("a token given back can be taken again", () => {
    const buckets = new TokenBuckets({ tokens: 1, perMilliseconds: 60_000, burst: 1 });
    take(buckets, "a", 5);
    buckets.giveBack("a", "a");
    expect(take(buckets, "a", 5).isAllowed).toBe(true);
  });

  it("whoever invents keys fills a bounded table, drives nobody out and then draws from one bucket", () => {
    const buckets = new TokenBuckets({ tokens: 2, perMilliseconds: 60_000, burst: 2 });
    take(buckets, "honest", 0);
    take(buckets, "honest", 0);
    let passed = 0;
    for (let i = 0; i < 50_000; i++) if (take(buckets, `invented ${i}`, 1, "attacker").isAllowed) passed += 1;
    expect(buckets.size).toBe(10_000);
    expect(passed).toBe(9_999 + 2);
    expect(take(buckets, "honest", 2).isAllowed).toBe(false);
    expect(take(buckets, "newcomer", 2, "somewhere else").isAllowed).toBe(true);
  });

  it("buckets that are full again make room", () => {
    const buckets = new TokenBuckets({ tokens: 1, perMilliseconds: 1000, burst: 1 });
    for (let i = 0; i < 10_000; i++) take(buckets, `old ${i}`, 0);
    for (let i = 0; i < 30_000; i++) take(buckets, `new ${i}`, 1000 + i);
    expect(buckets.size).toBeLessThanOrEqual(10_000);
    expect(take(buckets, "new 29999", 31_000).isAllowed).toBe(false);
    expect(take(buckets, "latest", 31_000, "new 29999").isAllowed).toBe(true);
    expect(take(buckets, "latest", 31_000, "anywhere").isAllowed).toBe(false);
  });
});

describe("P7 rate limit: whose requests count together", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", ""],
    ["x".repeat(500), "x".repeat(64)],
  ])("%s is counted as %s", (address, key) => expect(addressKey(address)).toBe(key));

  const limit = (by: "address" | { header: string }) => new RateLimit({ requests: 1, perSeconds: 60, by });

  it("by header: its value in any case of the name, the address where it is missing, and long values in little room", () => {
    const rule = limit({ header: "X-Api-Key" });
    const passes = (headers: string[], client = "192.0.2.1") => rule.take(client, headers, 0).isAllowed;
    expect(passes(["x-api-key", "one"])).toBe(true);
    expect(passes(["X-API-KEY", "one"], "192.0.2.2")).toBe(false);
    expect(passes(["x-api-key", "two"])).toBe(true);
    expect(passes([])).toBe(true);
    expect(passes(["x-api-key", ""])).toBe(false);
    expect(passes(["x-api-key", "192.0.2.1"])).toBe(true);
    expect(passes(["x-api-key", "y".repeat(30_000)])).toBe(true);
    expect(passes(["x-api-key", "y".repeat(30_000)])).toBe(false);
    expect(passes(["x-api-key", "y".repeat(29_999)])).toBe(true);
  });

  it("10,000 invented long values take a few megabytes at most", () => {
    const rule = limit({ header: "x-api-key" });
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 30_000; i++) rule.take("192.0.2.1", ["x-api-key", `${i}${"z".repeat(8000)}`], 0);
    global.gc?.();
    expect(rule.size).toBe(10_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
  });

  it("says the rule and what is left of it", () => {
    const rule = new RateLimit({ requests: 2, perSeconds: 10, by: "address" });
    const said = () => rule.headersFor(rule.take("192.0.2.1", [], 0));
    expect(said()).toEqual(["ratelimit-policy", '"default";q=2;w=10', "ratelimit", '"default";r=1;t=5']);
    expect(said()).toEqual(["ratelimit-policy", '"default";q=2;w=10', "ratelimit", '"default";r=0;t=1']);
    expect(said()).toEqual(["ratelimit-policy", '"default";q=2;w=10', "ratelimit", '"default";r=0;t=5']);
  });
});
