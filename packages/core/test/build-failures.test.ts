import { describe, expect, test } from "vitest";
import { relevantLines } from "../src/products/code/relevant-lines.ts";
import { wasCutShort } from "../src/products/code/was-cut-short.ts";
import { whyBuildFailed } from "../src/products/code/why-build-failed.ts";

const bounds = { memoryMb: 512, minutes: 20 };

describe("C3 why a build failed", () => {
  test.each<[string, string[], string, string | null]>([
    ["the command that ended it", ["==> npm ci", "npm error x", "==> npm ci: exit code 1"], "exited", "npm ci ended with exit code 1."],
    [
      "its memory, whatever it said",
      ["==> npm ci", "==> npm ci: exit code 137"],
      "oom",
      "The build needed more than its 512 MB of memory.",
    ],
    ["its time", ["==> npm run build", "==> out of time"], "exited", "The build took longer than its 20 minutes."],
    ["nothing where nothing was said", [], "exited", null],
    ["nothing where the last command did not fail", ["==> npm ci"], "exited", null],
  ])("%s", (_what, lines, reason, message) => expect(whyBuildFailed(lines, reason, bounds)?.message ?? null).toBe(message));
});

describe("C3 P16 a build on a disk that is full", () => {
  const full = "npm error nospc ENOSPC: no space left on device, write";
  const adviceOf = (lines: string[]) => whyBuildFailed(lines, "exited", bounds)?.advice ?? null;

  test("is told what to do", () => {
    expect(adviceOf(["==> npm ci", full, "==> npm ci: exit code 228"])).toMatch(/disk is full: free some space/);
  });
  test("what an earlier command came through is no reason", () => {
    expect(adviceOf(["==> npm ci", full, "==> npm run build", "no rule", "==> npm run build: exit code 2"])).toBeNull();
  });
});

const many = (count: number, text: string): string[] => Array.from({ length: count }, (_, i) => `${text} ${i}`);

describe("C3 the lines of a log that tell of a failure", () => {
  const build = [
    "==== build",
    "==> npm ci",
    "added 3 packages",
    "==> npm run build",
    "src/a.ts:1 error TS1005",
    "==> npm run build: exit code 2",
  ];
  const application = ["==== application", "starts", "Error: no database"];
  const log = [...build, ...application, ""].join("\n");

  test("of a build those of the command that failed", () => {
    expect(relevantLines(log, "install")).toEqual(build.slice(3));
    expect(relevantLines(build.join("\n"), "probe")).toEqual(build.slice(3));
  });
  test("else what the application said", () => {
    expect(relevantLines(log, "probe")).toEqual(application.slice(1));
    expect(relevantLines(application.join("\n"), "install")).toEqual(application.slice(1));
  });
  test("of many the first error, what follows it, and the end", () => {
    const lines = [...many(100, "compiling"), "error: first", ...many(100, "then"), "==> make: exit code 1"];
    const found = relevantLines(["==== build", "==> make", ...lines].join("\n"), "install", 10);
    expect(found).toEqual([
      "error: first",
      "then 0",
      "then 1",
      "then 2",
      "then 3",
      "…",
      "then 97",
      "then 98",
      "then 99",
      "==> make: exit code 1",
    ]);
  });
  test("of many without an error the end", () => {
    const found = relevantLines(["==== application", ...many(100, "line")].join("\n"), "probe", 10);
    expect(found).toEqual(many(100, "line").slice(-10));
  });
  test("of an error near the end each line once", () => {
    const lines = [...many(50, "line"), "Error: late", "at x"];
    expect(relevantLines(["==== application", ...lines].join("\n"), "probe", 10)).toEqual(lines.slice(-10));
  });
  test("nothing of nothing", () => expect([relevantLines("", "install"), relevantLines("\n", null)]).toEqual([[], []]));
});

describe("P14 C3 a build that was ended from outside", () => {
  test.each<[string, string[], string, boolean]>([
    ["in the middle of a command", ["==> npm ci", "added 3 packages"], "exited", true],
    ["as a container that somebody removed", ["==> npm ci"], "gone", true],
    ["a command that failed", ["==> npm ci", "==> npm ci: exit code 137"], "exited", false],
    ["its time is up", ["==> npm ci", "==> out of time"], "exited", false],
    ["there is no such folder", ["==> there is no folder apps/web"], "exited", false],
    ["its memory", ["==> npm ci"], "oom", false],
    ["nothing is known of what it did", [], "exited", false],
  ])("%s", (_what, lines, reason, isCut) => expect(wasCutShort(lines, reason)).toBe(isCut));
});
