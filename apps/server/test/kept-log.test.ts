import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { LogLine } from "@agentpod/core/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeptLog } from "../src/logs/kept-log.ts";
import { logArchive } from "../src/logs/log-archive.ts";
import { newLinesOnly, sinceOf } from "../src/logs/log-cursor.ts";
import { LineCounter } from "../src/logs/log-matches.ts";
import { type KeptQuery, readKept } from "../src/logs/read-kept.ts";
import { UnitPump } from "../src/logs/unit-pump.ts";
import { viewSummary } from "../src/logs/view-summary.ts";

let root: string;
const logs: KeptLog[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agentpod-kept-"));
});
afterEach(() => {
  for (const log of logs.splice(0)) log.close();
  rmSync(root, { recursive: true });
});

const folder = () => join(root, "pod");
const archive = () => join(root, "archive");
function open(capBytes = 1024 * 1024, isArchived = false): KeptLog {
  const log = new KeptLog({
    folder: folder(),
    capBytes,
    archive: isArchived ? logArchive(archive(), { id: "0123456789abcdef", tenant: "acme", name: "web" }) : null,
  });
  logs.push(log);
  return log;
}
const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();
const say = (log: KeptLog, text: string, second = 0, unit = "web", stream: LogLine["stream"] = "stdout") =>
  log.append({ at: at(second), unit, revision: "r1", stream, text });
const everything: KeptQuery = {
  unit: null,
  follow: false,
  tail: null,
  since: null,
  search: null,
  level: null,
  signal: new AbortController().signal,
};
async function texts(log: KeptLog, query: Partial<KeptQuery> = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { text } of readKept(log, { ...everything, ...query })) found.push(text);
  return found;
}

describe("P13 a kept log", () => {
  it("gives lines as they came: all, the last, since, of a unit, with a text, of a level", async () => {
    const log = open();
    say(log, "started", 1);
    say(log, "\ttabs\tstay", 2, "db");
    say(log, "ERROR Disk is full", 3, "web", "stderr");
    say(log, "level=warn slow", 4, "db");
    expect(await texts(log)).toEqual(["started", "\ttabs\tstay", "ERROR Disk is full", "level=warn slow"]);
    expect(await texts(log, { tail: 2 })).toEqual(["ERROR Disk is full", "level=warn slow"]);
    expect(await texts(log, { tail: 0 })).toEqual([]);
    expect(await texts(log, { since: new Date(at(3)) })).toEqual(["ERROR Disk is full", "level=warn slow"]);
    expect(await texts(log, { unit: "db", tail: 1 })).toEqual(["level=warn slow"]);
    expect(await texts(log, { search: "DISK", tail: 5 })).toEqual(["ERROR Disk is full"]);
    expect(await texts(log, { level: "warn" })).toEqual(["ERROR Disk is full", "level=warn slow"]);
    for await (const line of readKept(log, { ...everything, search: "disk" }))
      expect(line).toEqual({ unit: "web", at: at(3), stream: "stderr", text: "ERROR Disk is full" });
  });

  it("goes on where it was after a writer was killed in the middle of a line", async () => {
    const first = open();
    for (const text of ["one", "two", "two again"]) say(first, text, text === "one" ? 1 : 2);
    first.flush();
    appendFileSync(join(folder(), "00000001.log"), `${at(2)}\tweb\tr1\to\ttor`);
    const second = open();
    expect(second.cursors).toEqual({ "web r1 stdout": { at: at(2), count: 2 } });
    const isNew = newLinesOnly(second.cursors, "web", "r1");
    const again = [at(1), at(2), at(2), at(2), at(1)].map((moment) => isNew({ stream: "stdout" }, moment));
    // The third of that moment was not kept; after it a clock may go back.
    expect(again).toEqual([false, false, false, true, true]);
    say(second, "torn", 2);
    expect(await texts(second)).toEqual(["one", "two", "two again", "torn"]);
    expect(sinceOf(second.cursors, "web", "r1")?.getTime()).toBeLessThan(Date.parse(at(2)));
    expect(sinceOf(second.cursors, "other", "r1")).toBeNull();
  });

  it("stays below its cap, moves what goes into the archive, and still counts it by the hour", async () => {
    const cap = 80_000;
    const log = open(cap, true);
    const all = Array.from({ length: 4000 }, (_, i) => `line ${i} ${"x".repeat(40)}`);
    for (const [i, text] of all.entries()) say(log, text, i % 60);
    say(log, "a quiet unit", 5, "quiet");
    log.flush();
    await log.settled();
    const kept = await texts(log, { unit: "web" });
    expect(kept.length).toBeLessThan(all.length);
    expect(kept).toEqual(all.slice(-kept.length));
    expect(log.segments().reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(cap * 1.2);
    expect(await texts(log, { tail: 1500 })).toEqual((await texts(log)).slice(-1500));
    const files = readdirSync(join(archive(), "acme", "web-01234567")).sort();
    const archived = files.map((file) => gunzipSync(readFileSync(join(archive(), "acme", "web-01234567", file))).toString()).join("");
    const gone = archived
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t")[4]);
    expect([...gone, ...kept]).toEqual(all);
    const summary = await viewSummary(log, new Date(at(0)));
    expect(summary.total.other).toBe(4001);
    expect(summary.keptBytes).toBe(log.segments().reduce((sum, { bytes }) => sum + bytes, 0));
    // Where a unit is, is known though its lines have gone.
    expect(open(cap).cursors["quiet r1 stdout"]).toEqual({ at: at(5), count: 1 });
  });

  it("is followed by whoever is slow too, until it is closed", async () => {
    const log = open();
    say(log, "before", 1);
    const seen: string[] = [];
    for await (const { text } of readKept(log, { ...everything, follow: true, tail: 1 })) {
      seen.push(text);
      if (text === "before") for (let i = 0; i < 5000; i++) say(log, `many ${i}`, 2);
      if (text === "many 4999") log.close();
    }
    expect(seen).toHaveLength(5001);
    expect(new Set(seen).size).toBe(5001);
  });

  it("tells what was said most often, by level", async () => {
    const log = open();
    for (let i = 0; i < 30; i++) say(log, `GET /orders/${i} took ${i * 3} ms`, i);
    for (let i = 0; i < 3; i++) say(log, `2026-11-21T12:00:0${i}Z ERROR cannot reach 10.0.0.${i}`, i);
    const { patterns, hours, total } = await viewSummary(log, new Date(at(0)));
    expect(patterns.map(({ pattern, level, count }) => [pattern, level, count])).toEqual([
      ["GET /orders/<n> took <n> ms", "other", 30],
      ["ERROR cannot reach <ip>", "error", 3],
    ]);
    expect(hours).toEqual([{ at: "2026-11-21T12:00:00.000Z", counts: total }]);
    expect(total).toEqual({ error: 3, warn: 0, info: 0, debug: 0, other: 30 });
    expect((await viewSummary(log, new Date(Date.UTC(2026, 10, 21, 13)))).hours).toEqual([]);
    expect(existsSync(join(folder(), "00000001.log.json"))).toBe(false);
  });
});

describe.skipIf(process.getuid?.() !== 0)("P13 P5 a disk that is full", () => {
  it("costs no line: what was not kept is read again when there is room", async () => {
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", root]);
    expect(mounted.status).toBe(0);
    const ballast = join(root, "ballast");
    writeFileSync(ballast, Buffer.alloc(90_000));
    const log = open();
    const said = Array.from({ length: 2000 }, (_, i) => ({
      at: new Date(Date.UTC(2026, 0, 1) + i).toISOString(),
      stream: "stdout" as const,
      text: `line ${i}`,
    }));
    const failures: unknown[] = [];
    const pump = new UnitPump({
      id: { pod: "p", unit: "web", revision: "r1" },
      runtime: {
        async *logs(_id, { follow, since, signal }) {
          yield* said.filter((line) => since === null || Date.parse(line.at) >= since.getTime());
          if (follow) await once(signal, "abort");
        },
      },
      log,
      clock: () => new Date(),
      clean: (text) => text,
      kept: () => undefined,
      onFailure(error) {
        failures.push(error);
        if (failures.length === 2) rmSync(ballast);
      },
    });
    try {
      pump.run();
      await expect.poll(() => texts(log), { timeout: 20_000 }).toEqual(said.map(({ text }) => text));
      expect(failures).toMatchObject([{ code: "unavailable" }, { code: "unavailable" }]);
    } finally {
      await pump.stop();
      log.close();
      spawnSync("umount", ["-l", root]);
    }
  });
});

describe("P13 P11 lines that a rule counts", () => {
  const rule = { id: "1", tenantId: null, pod: null, text: "Refused", level: "warn" as const, withinMinutes: 1 };

  it("are those with its text and level, within its minutes", () => {
    const counter = new LineCounter(rule);
    for (const text of ["ERROR refused", "info refused", "WARN connection REFUSED", "ERROR other"]) counter.see({ at: at(1), text });
    expect(counter.count(new Date(at(30)))).toEqual({ count: 2, sample: "ERROR refused" });
    expect(counter.count(new Date(at(90)))).toEqual({ count: 0, sample: "" });
  });
});
