import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAtLeast, levelOf } from "../src/log-level.ts";
import { patternOf } from "../src/log-pattern.ts";
import { addSummary, countLine, emptySummary, topPatterns } from "../src/log-summary.ts";
import { redactor } from "../src/redact.ts";

describe("P13 how bad a line says that it is", () => {
  it.each([
    ["ERROR cannot open file", "error"],
    ["2026-11-21T12:00:00Z [error] upstream timed out", "error"],
    ['{"level":"error","msg":"x"}', "error"],
    ['{"level":50,"time":1,"msg":"x"}', "error"],
    ['{"level":40,"msg":"x"}', "warn"],
    ['{"level":20,"msg":"x"}', "debug"],
    ["level=warning msg=slow", "warn"],
    ["ts=1 lvl=dbug level=debug", "debug"],
    ["2026-11-21 12:00:00.000 UTC [12] FATAL:  role does not exist", "error"],
    ["2026-11-21 12:00:00.000 UTC [12] LOG:  database system is ready", "info"],
    ["<3> CRITICAL: out of memory", "error"],
    ["npm warn deprecated", "other"],
    ["(WARN) deprecated", "warn"],
    ["TypeError: x is not a function", "error"],
    ["java.lang.IllegalStateException: no", "error"],
    ["Traceback (most recent call last):", "error"],
    ["panic: runtime error", "error"],
    ["error: no such file", "error"],
    ["0 errors, 3 warnings", "other"],
    ["the error page was shown", "other"],
    ["GET /error 200", "other"],
    ["", "other"],
  ])("%s → %s", (text, level) => expect(levelOf(text)).toBe(level));

  it("compares: `other` is no level", () => {
    expect([isAtLeast("error", "warn"), isAtLeast("warn", "warn"), isAtLeast("info", "warn")]).toEqual([true, true, false]);
    expect([isAtLeast("error", "other"), isAtLeast("other", "debug"), isAtLeast("other", "other")]).toEqual([false, false, true]);
  });
});

describe("P13 what lines that say the same have in common", () => {
  it.each([
    ["user 17 signed in from 10.0.0.3 after 0.25 s", "user <n> signed in from <ip> after <n> s"],
    ["2026-11-21T12:00:00.123Z  job 8f14e45f-ceea-467f-a1d7-9a3d2d1b0c11 done", "job <id> done"],
    ["commit deadbeef01 by facade", "commit <id> by facade"],
    ['{"level":30,"msg":"served /a/5","ms":3}', "served /a/<n>"],
    ["at 2026-11-21 12:00:00,123 it began", "at <time> it began"],
    ["x".repeat(5000), "x".repeat(160)],
  ])("%s", (text, pattern) => expect(patternOf(text)).toBe(pattern));

  it("a summary of parts is the summary of all, however they are cut", () => {
    const line = fc.tuple(
      fc.constantFrom("2026-11-21T12:00:00Z", "2026-11-21T13:10:00Z"),
      fc.constantFrom("ERROR a 1", "a 2", "b", "WARN b 7"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.nat(40), (lines, cut) => {
        const sum = (part: typeof lines) => {
          const all = emptySummary();
          for (const [at, text] of part) countLine(all, at, text);
          return all;
        };
        const joined = sum(lines.slice(0, cut));
        addSummary(joined, sum(lines.slice(cut)));
        expect(joined).toEqual(sum(lines));
        expect(topPatterns(joined, 100).reduce((all, { count }) => all + count, 0)).toBe(lines.length);
      }),
    );
  });

  it("keeps the frequent among very many patterns", () => {
    const summary = emptySummary();
    for (let i = 0; i < 5000; i++) {
      countLine(summary, "2026-11-21T12:00:00Z", "often");
      countLine(
        summary,
        "2026-11-21T12:00:00Z",
        `word ${String.fromCharCode(97 + (i % 26))}${"qwertz".repeat(i % 20)}${i.toString(26).replaceAll(/\d/g, "z")}`,
      );
    }
    expect(topPatterns(summary, 1)).toMatchObject([{ pattern: "often", count: 5000 }]);
    expect(Object.keys(summary.patterns).length).toBeLessThanOrEqual(1000);
  });
});

describe("P13 secrets in logs", () => {
  const clean = redactor({
    password: "s3cret/äö",
    longer: "s3cret/äö-and-more",
    short: "abc",
    key: "-----BEGIN-----\nAAAABBBBCCCCDDDD1\nxx",
  });

  it.each([
    ["url postgres://u:s3cret/äö@db", "url postgres://u:[secret password]@db"],
    ["s3cret/äö-and-more", "[secret longer]"],
    [`GET /?p=${encodeURIComponent("s3cret/äö")}`, "GET /?p=[secret password]"],
    ["key AAAABBBBCCCCDDDD1", "key [secret key]"],
    ["abc stays, and xx", "abc stays, and xx"],
  ])("%s", (text, expected) => expect(clean(text)).toBe(expected));

  it("a value with $ signs and lone surrogates does no harm", () => {
    expect(redactor({ odd: "$&$1$$$`" })("a $&$1$$$` b")).toBe("a [secret odd] b");
    expect(redactor({ odd: "abcdef\ud800" })("x abcdef\ud800")).toBe("x [secret odd]");
  });
});
