import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogLine, LogQuery } from "@agentpod/core/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { markLogs, rotateLogs } from "../src/process/log-files.ts";
import { readLogs } from "../src/process/unit-logs.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "agentpod-logs-"));
  for (const stream of ["stdout", "stderr"]) writeFileSync(join(dir, `${stream}.log`), "");
});
afterEach(() => rmSync(dir, { recursive: true }));

const out = (textOf: string) => appendFileSync(join(dir, "stdout.log"), textOf);
const err = (textOf: string) => appendFileSync(join(dir, "stderr.log"), textOf);

async function read(query: Partial<LogQuery> = {}): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for await (const line of readLogs(dir, { follow: false, tail: null, since: null, signal: new AbortController().signal, ...query }))
    found.push(line);
  return found;
}
const texts = async (query: Partial<LogQuery> = {}) => (await read(query)).map((line) => line.text);

describe("P13 logs of a process", () => {
  it("lines count as written when they were first noted, and are ordered by that", async () => {
    out("a\n");
    markLogs(dir, 1000);
    err("b\n");
    markLogs(dir, 2000);
    out("c\nd");
    markLogs(dir, 3000);
    expect(await read()).toEqual([
      { at: new Date(1000).toISOString(), stream: "stdout", text: "a" },
      { at: new Date(2000).toISOString(), stream: "stderr", text: "b" },
      { at: new Date(3000).toISOString(), stream: "stdout", text: "c" },
      { at: new Date(3000).toISOString(), stream: "stdout", text: "d" },
    ]);
    expect(await texts({ since: new Date(2000) })).toEqual(["b", "c", "d"]);
    expect(await texts({ since: new Date(1001), tail: 1 })).toEqual(["d"]);
  });

  it("are capped, and one older piece is kept", async () => {
    out(`old\n${"x".repeat(500)}\n`);
    markLogs(dir, 1000);
    rotateLogs(dir, 100);
    expect(statSync(join(dir, "stdout.log")).size).toBe(0);
    out("new\n");
    markLogs(dir, 2000);
    expect(await texts()).toEqual(["old", "x".repeat(500), "new"]);
    expect(await texts({ since: new Date(2000) })).toEqual(["new"]);
    out(`${"y".repeat(500)}\n`);
    rotateLogs(dir, 100);
    expect(await texts()).toEqual(["new", "y".repeat(500)]);
  });

  it("cut a line that has no end, and survive a program that truncates its own log", async () => {
    out(`${"z".repeat(150_000)}\n`);
    expect((await texts()).map((line) => line.length)).toEqual([65_536, 65_536, 18_928]);
    writeFileSync(join(dir, "stdout.log"), "short\n");
    expect(await texts()).toEqual(["short"]);
    expect(readFileSync(join(dir, "stdout.marks"), "utf8").trim().split("\n")).toHaveLength(1);
  });

  it("a line has the same time whether it is followed or read again, and no note in its middle cuts it", async () => {
    const followed: LogLine[] = [];
    const stop = new AbortController();
    out("one\n");
    for await (const line of readLogs(dir, { follow: true, tail: null, since: null, signal: stop.signal })) {
      followed.push(line);
      if (line.text === "one") {
        out("hal");
        markLogs(dir, Date.now());
        out("f\n");
      }
      if (line.text === "half") err("two\n");
      if (line.text === "two") stop.abort();
    }
    const again = await read();
    expect(again).toEqual(followed);
    expect(again.every(({ at }) => at !== null)).toBe(true);
    expect(await texts({ since: new Date(again[1]?.at as string) })).toContain("half");
  });

  it("what was written before the cap is still told to a follower", async () => {
    out("one\n");
    const seen: string[] = [];
    const stop = new AbortController();
    for await (const line of readLogs(dir, { follow: true, tail: null, since: null, signal: stop.signal })) {
      seen.push(line.text);
      if (line.text === "one") {
        out("two\n");
        rotateLogs(dir, 1);
        out("x\n");
      }
      if (line.text === "x") stop.abort();
    }
    expect(seen).toEqual(["one", "two", "x"]);
  });

  it("tell the last lines of a large log as a full read does", async () => {
    for (let i = 0; i < 40; i++) out(Array.from({ length: 1000 }, (_, n) => `line ${i * 1000 + n} ${"-".repeat(60)}\n`).join(""));
    markLogs(dir, 1000);
    const all = await read();
    expect(all).toHaveLength(40_000);
    expect(await read({ tail: 10 })).toEqual(all.slice(-10));
    expect(await read({ tail: 39_999 })).toEqual(all.slice(1));
  });

  it("are followed through a cap, until they are deleted", async () => {
    out("one\n");
    const seen: string[] = [];
    for await (const line of readLogs(dir, { follow: true, tail: null, since: null, signal: new AbortController().signal })) {
      seen.push(line.text);
      if (line.text === "one") out("two\nhal");
      if (line.text === "two") out("f\n");
      if (line.text === "half") {
        rotateLogs(dir, 1);
        out("three\n");
      }
      if (line.text === "three") {
        for (const stream of ["stdout", "stderr"]) rmSync(join(dir, `${stream}.log`));
      }
    }
    expect(seen).toEqual(["one", "two", "half", "three"]);
  });
});
