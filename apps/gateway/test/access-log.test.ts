import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AccessLog } from "../src/log/access-log.ts";
import { followFromPast } from "../src/log/follow-from-past.ts";
import { lineTest, readLogQuery } from "../src/log/log-query.ts";
import { ask } from "./ask.ts";
import { afterTest, httpUpstream, route, startRig, tempDir, text } from "./rig.ts";

const line = (change = {}) => ({
  at: "2026-01-01T00:00:00.000Z",
  route: "r",
  host: "h",
  method: "GET",
  path: "/",
  status: 200,
  bytesIn: 0,
  bytesOut: 0,
  milliseconds: 1,
  client: "127.0.0.1",
  upstream: "u",
  error: null,
  ...change,
});

const search = (log: AccessLog, query: Record<string, string>) => log.search(readLogQuery(new URLSearchParams(query)));

describe("P7 P13 access log", () => {
  it("tells who asked for what, without the query", async () => {
    const rig = await startRig();
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("hello"))] }));
    const logged = new Promise<string>((resolve) => rig.gateway.log.follow("route-1", resolve));
    await ask(rig.port, { method: "POST", path: "/a/b?token=secret", body: "abc", headers: { "content-length": "3" } });
    expect(JSON.parse(await logged)).toEqual({
      at: expect.any(String),
      route: "route-1",
      host: "web-acme.localhost",
      method: "POST",
      path: "/a/b",
      status: 200,
      bytesIn: 3,
      bytesOut: 5,
      milliseconds: expect.any(Number),
      client: "127.0.0.1",
      upstream: "u",
      error: null,
      protocol: "http/1.1",
    });
    await rig.gateway.log.flush();
    const file = readFileSync(join(rig.dir, "access.jsonl"), "utf8");
    expect(file.split("\n")).toHaveLength(2);
    expect(file).not.toContain("secret");
  });

  it("a path cannot forge a line or another route's field", async () => {
    const log = new AccessLog(await tempDir());
    afterTest(() => log.close());
    log.record(line({ route: "a", path: '/"route":"b",\n{}' }));
    expect(await search(log, { route: "b" })).toEqual([]);
    expect(await search(log, { method: "b" })).toEqual([]);
    expect(await search(log, { route: "a" })).toHaveLength(1);
  });

  it("gives the last lines, by route, in order: from memory and beyond it from the file", async () => {
    const log = new AccessLog(await tempDir());
    afterTest(() => log.close());
    for (let i = 0; i < 1500; i++) log.record(line({ status: i, route: i % 2 === 0 ? "even" : "odd" }));
    const statuses = async (tail: number, route: string | null) =>
      (await log.search({ tail, isAsked: lineTest(route), since: null })).map((text) => JSON.parse(text).status);
    expect(await statuses(3, null)).toEqual([1497, 1498, 1499]);
    expect(await statuses(2, "even")).toEqual([1496, 1498]);
    expect(await statuses(5000, null)).toEqual(Array.from({ length: 1500 }, (_, i) => i));
    expect(await statuses(700, "odd")).toEqual(Array.from({ length: 700 }, (_, i) => 101 + 2 * i));
    expect(await statuses(0, null)).toEqual([]);
  });

  it("stays below its cap with one older file, and a new process goes on from the last lines", async () => {
    const dir = await tempDir();
    const log = new AccessLog(dir, 10_000);
    for (let i = 0; i < 300; i++) {
      log.record(line({ status: i }));
      if (i % 10 === 0) await log.flush();
    }
    await log.close();
    expect(statSync(join(dir, "access.jsonl")).size).toBeLessThanOrEqual(10_000);
    expect(statSync(join(dir, "access.jsonl.1")).size).toBeLessThanOrEqual(10_000);
    writeFileSync(join(dir, "access.jsonl"), '{"half', { flag: "a" });
    const next = new AccessLog(dir, 10_000);
    afterTest(() => next.close());
    expect(JSON.parse((await search(next, { tail: "1" }))[0] ?? "")).toMatchObject({ status: 299 });
    const all = (await search(next, { tail: "1000" })).map((text) => JSON.parse(text).status);
    expect(all).toEqual(Array.from({ length: all.length }, (_, i) => 300 - all.length + i));
    expect(all.length).toBeGreaterThan(50);
  });

  it("a disk that takes nothing does not stop requests", async () => {
    const dir = await tempDir();
    const log = new AccessLog(join(dir, "absent"));
    log.record(line());
    await log.flush();
    await log.close();
    expect(await search(log, {})).toHaveLength(1);
  });
});

describe("P7 P13 access log: search", () => {
  async function filled() {
    const log = new AccessLog(await tempDir());
    afterTest(() => log.close());
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    // Lines longer than a block of the reader are still lines.
    const paths = ["/", "/shop/cart", "/shop/\u6211", `/${"x".repeat(300_000)}`, '/"status":500,'];
    for (let i = 0; i < 2000; i++)
      log.record(
        line({
          at: at(i),
          status: i % 100 === 0 ? 503 : i % 10 === 0 ? 404 : 200,
          method: i % 7 === 0 ? "POST" : "GET",
          path: i === 1500 ? paths[3] : (paths[[0, 1, 2, 4][i % 4] as number] ?? ""),
          client: `192.0.2.${i % 3}`,
          host: i % 2 === 0 ? "a.example" : "b.example",
        }),
      );
    return async (query: Record<string, string>) =>
      (await search(log, { tail: "5000", ...query })).map((text) =>
        Math.round((Date.parse(JSON.parse(text).at) - Date.UTC(2026, 0, 1)) / 60_000),
      );
  }
  const numbers = (isAsked: (i: number) => boolean) => Array.from({ length: 2000 }, (_, i) => i).filter(isAsked);

  it("by each field, by several, also among lines that left memory", async () => {
    const find = await filled();
    expect(await find({ status: "503" })).toEqual(numbers((i) => i % 100 === 0));
    expect(await find({ status: "4xx" })).toEqual(numbers((i) => i % 10 === 0 && i % 100 !== 0));
    expect(await find({ status: "5xx", tail: "3" })).toEqual([1700, 1800, 1900]);
    expect(await find({ method: "post" })).toEqual(numbers((i) => i % 7 === 0));
    expect(await find({ path: "/shop/" })).toEqual(numbers((i) => (i % 4 === 1 || i % 4 === 2) && i !== 1500));
    expect(await find({ path: "\u6211" })).toEqual(numbers((i) => i % 4 === 2));
    expect(await find({ path: "x".repeat(200_000) })).toEqual([1500]);
    expect(await find({ client: "192.0.2.1" })).toEqual(numbers((i) => i % 3 === 1));
    expect(await find({ client: "192.0.2." })).toEqual([]);
    expect(await find({ host: "A.example", status: "404" })).toEqual(numbers((i) => i % 10 === 0 && i % 100 !== 0));
    expect(await find({ since: "2026-01-01T00:05:00Z", status: "503" })).toEqual(numbers((i) => i % 100 === 0 && i > 0));
    expect(await find({ since: "2026-01-02T09:19:00.000Z" })).toEqual([1999]);
    expect(await find({ since: "2027-01-01T00:00:00Z" })).toEqual([]);
    expect(await find({ route: "another", status: "503" })).toEqual([]);
  });

  it.each([
    ["tail", "-1"],
    ["tail", "x"],
    ["tail", "1e9"],
    ["since", "yesterday"],
    ["status", "40"],
    ["status", "9xx"],
    ["status", "4xx,5xx"],
  ])("refuses %s=%s and says what it should be", async (name, value) => {
    expect(() => readLogQuery(new URLSearchParams({ [name]: value }))).toThrow(new RegExp(`^${name} must be `));
  });

  it("what comes while the past is read is told once, after it", () => {
    const told: string[] = [];
    const follower = followFromPast((text) => told.push(text));
    for (const text of ["c", "d", "e"]) follower.onLine(text);
    follower.onPast(["a", "b", "c", "d"]);
    follower.onLine("f");
    expect(told).toEqual(["a", "b", "c", "d", "e", "f"]);
  });
});
