import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AccessLog } from "../src/log/access-log.ts";
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
    expect(log.tail(10, "b")).toEqual([]);
    expect(log.tail(10, "a")).toHaveLength(1);
  });

  it("keeps the last thousand lines, by route, in order", async () => {
    const log = new AccessLog(await tempDir());
    afterTest(() => log.close());
    for (let i = 0; i < 1500; i++) log.record(line({ status: i, route: i % 2 === 0 ? "even" : "odd" }));
    const statuses = (count: number, of: string | null) => log.tail(count, of).map((text) => JSON.parse(text).status);
    expect(statuses(3, null)).toEqual([1497, 1498, 1499]);
    expect(statuses(2, "even")).toEqual([1496, 1498]);
    expect(statuses(5000, null)).toHaveLength(1000);
    expect(statuses(0, null)).toEqual([]);
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
    expect(JSON.parse(next.tail(1, null)[0] ?? "")).toMatchObject({ status: 299 });
  });

  it("a disk that takes nothing does not stop requests", async () => {
    const dir = await tempDir();
    const log = new AccessLog(join(dir, "absent"));
    log.record(line());
    await log.flush();
    await log.close();
    expect(log.tail(1, null)).toHaveLength(1);
  });
});
