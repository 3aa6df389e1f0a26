import { genesis } from "@agentpod/core/audit-chain";
import { type ChainBreak, chainWalker } from "@agentpod/core/audit-verify";
import type { Store } from "@agentpod/core/store";
import type pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleEvent, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
/** Somebody with the owner's password, past every store. */
let owner: pg.Client;
beforeEach(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  owner = await rawClient(scratch.ownerUrl);
  await owner.query(
    "alter table agentpod.events no force row level security; alter table agentpod.event_seals no force row level security",
  );
});
afterEach(async () => {
  await owner.end();
  await scratch.drop();
});

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const append = (message: string) => system((s) => s.events.append(exampleEvent(null, message)));

/** Other databases' transactions may still bound what is visible: seals until there are as many. */
async function sealAll(count: number): Promise<void> {
  for (let sealed = 0; sealed < count; ) sealed += (await system((s) => s.audit.seal(100, false)))?.sealed ?? 0;
}

async function firstBreak(): Promise<ChainBreak | null> {
  const walker = chainWalker(genesis, []);
  for (const link of await system((s) => s.audit.links(0, 1000))) {
    const broken = walker.walk(link);
    if (broken) return broken;
  }
  return walker.end();
}

describe("P10 the chain over the events", () => {
  it("seals in the order of commit, each event once, and holds", async () => {
    for (const message of ["one", "two", "three"]) await append(message);
    await sealAll(3);
    await append("four");
    await sealAll(1);
    const links = await system((s) => s.audit.links(0, 10));
    expect(links.map((l) => [l.seq, l.row?.message])).toEqual([
      [1, "one"],
      [2, "two"],
      [3, "three"],
      [4, "four"],
    ]);
    expect(await firstBreak()).toBeNull();
    expect(await system((s) => s.audit.head())).toEqual({ seq: 4, hash: links[3]?.hash });
    expect(await system((s) => s.audit.findUnsealed())).toBeNull();
  });

  it("two that seal at once: one does, and no event twice", async () => {
    for (let i = 0; i < 20; i++) await append(`event ${i}`);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => system((s) => s.audit.seal(5, false))));
    const sealed = outcomes.reduce((sum, o) => sum + (o?.sealed ?? 0), 0);
    await sealAll(20 - sealed);
    expect((await system((s) => s.audit.links(0, 100))).map((l) => l.row?.message)).toEqual([...Array(20).keys()].map((i) => `event ${i}`));
    expect(await firstBreak()).toBeNull();
  });

  it("an event that commits late is sealed late, and nothing is taken for inserted", async () => {
    const slow = await rawClient(scratch.urlOf(scratch.roles.system));
    await slow.query("begin");
    await slow.query("insert into agentpod.events (type, actor, result, message, data) values ('t', 'a', 'ok', 'slow', '{}')");
    await append("fast");
    expect(await system((s) => s.audit.seal(100, false))).toMatchObject({ sealed: 0 });
    await slow.query("commit");
    await slow.end();
    await sealAll(2);
    expect((await system((s) => s.audit.links(0, 10))).map((l) => l.row?.message)).toEqual(["slow", "fast"]);
    expect(await system((s) => s.audit.findUnsealed())).toBeNull();
  });

  it.each([
    ["edited", "update agentpod.events set actor = 'somebody else' where message = 'two'", { kind: "edited", seq: 2 }],
    [
      "edited by a microsecond",
      "update agentpod.events set at = at + interval '1 microsecond' where message = 'two'",
      { kind: "edited", seq: 2 },
    ],
    ["edited within its data", `update agentpod.events set data = '{"a":1}' where message = 'three'`, { kind: "edited", seq: 3 }],
    ["removed", "delete from agentpod.events where message = 'two'", { kind: "removed", seq: 2 }],
    [
      "removed with its seal",
      "with gone as (delete from agentpod.events where message = 'two' returning id) delete from agentpod.event_seals where event_id in (select id from gone)",
      { kind: "removed", seq: 2, eventId: null },
    ],
  ])("an event %s is named", async (_what, sql, expected) => {
    for (const message of ["one", "two", "three", "four"]) await append(message);
    await sealAll(4);
    await owner.query(sql);
    expect(await firstBreak()).toMatchObject(expected);
    // Sealing goes on, and hides nothing.
    await append("five");
    await sealAll(1);
    expect(await firstBreak()).toMatchObject(expected);
  });

  it("an event put in between is named; one that is put at the end with an old time, too", async () => {
    for (const message of ["one", "two"]) await append(message);
    await sealAll(2);
    const { rows } = await owner.query(`insert into agentpod.events (xid, type, actor, result, message, data)
      select xid, 't', 'a', 'ok', 'forged', '{}' from agentpod.events where message = 'one' returning id`);
    expect(await system((s) => s.audit.findUnsealed())).toBe(Number(rows[0].id));
    await owner.query("delete from agentpod.events where message = 'forged'");
    await owner.query(
      `insert into agentpod.events (at, type, actor, result, message, data) values (now() - interval '3 days', 't', 'a', 'ok', 'old', '{}')`,
    );
    await sealAll(1);
    expect(await firstBreak()).toMatchObject({ kind: "inserted", seq: 3 });
  });

  it("a restored database: events whose order changed are sealed at the next start", async () => {
    for (const message of ["one", "two"]) await append(message);
    await sealAll(2);
    await owner.query(
      `insert into agentpod.events (xid, type, actor, result, message, data) values ('0', 't', 'a', 'ok', 'restored', '{}')`,
    );
    expect(await system((s) => s.audit.seal(100, false))).toMatchObject({ sealed: 0 });
    expect(await system((s) => s.audit.seal(100, true))).toMatchObject({ sealed: 1 });
    expect(await firstBreak()).toBeNull();
  });
});

describe("P10 archives", () => {
  const facts = (toSeq: number) => ({ toSeq, file: `${toSeq}.gz`, sha256: "x", bytes: 1 });
  beforeEach(async () => {
    for (const message of ["one", "two", "three", "four"]) await append(message);
    await owner.query("update agentpod.events set at = now() - interval '40 days' where message in ('one', 'two')");
    await sealAll(4);
  });

  it("take a beginning of the chain, and the rest goes on from their anchor", async () => {
    const month = new Date(Date.now() - 30 * 86_400_000);
    const links = await system((s) => s.audit.links(0, 10));
    expect(await system((s) => s.audit.lastBefore(month, 100))).toBe(2);
    expect(await system((s) => s.audit.lastBefore(month, 1))).toBe(1);
    expect(await system((s) => s.audit.lastBefore(new Date(Date.now() + 1000), 100))).toBe(3);
    await system((s) => s.audit.archive(facts(1)));
    await system((s) => s.audit.archive(facts(2)));
    expect(await system((s) => s.audit.archives())).toMatchObject([
      { fromSeq: 1, toSeq: 1, previousHash: genesis.hash, hash: links[0]?.hash },
      { fromSeq: 2, toSeq: 2, previousHash: links[0]?.hash, hash: links[1]?.hash, file: "2.gz" },
    ]);
    expect((await system((s) => s.events.latest({}, 10))).map((e) => e.message)).toEqual(["four", "three"]);
    expect((await system((s) => s.audit.links(2, 10))).map((l) => l.seq)).toEqual([3, 4]);
    await append("five");
    await sealAll(1);
    expect((await system((s) => s.audit.head()))?.seq).toBe(5);
  });

  it("take nothing young, nothing twice, not the end, and nothing of which a part is gone", async () => {
    for (const seq of [3, 4, 5, 0]) await expect(system((s) => s.audit.archive(facts(seq)))).rejects.toMatchObject({ code: "conflict" });
    await owner.query("delete from agentpod.events where message = 'one'");
    await expect(system((s) => s.audit.archive(facts(2)))).rejects.toMatchObject({ code: "conflict" });
    expect((await owner.query("select count(*)::int as n from agentpod.events")).rows).toEqual([{ n: 3 }]);
    expect(await system((s) => s.audit.archives())).toEqual([]);
  });

  it("are the system role's to make; the app role has no part in chain or archives, and nobody who serves undoes a seal", async () => {
    const codes = async (role: "app" | "system", statements: string[]) => {
      const client = await rawClient(scratch.urlOf(scratch.roles[role]));
      try {
        return await Promise.all(
          statements.map((sql) =>
            client.query(sql).then(
              () => "allowed",
              (e: { code: string }) => e.code,
            ),
          ),
        );
      } finally {
        await client.end();
      }
    };
    const denied = [
      "update agentpod.event_seals set seq = 9",
      "delete from agentpod.event_seals",
      "delete from agentpod.event_archives",
      "insert into agentpod.event_archives (from_seq, to_seq, previous_hash, hash, file, sha256, bytes) values (1, 1, '', '', '', '', 1)",
    ];
    expect(new Set(await codes("system", denied))).toEqual(new Set(["42501"]));
    const reads = [
      "select * from agentpod.event_seals",
      "select * from agentpod.event_archives",
      "select agentpod.archive_events(1, '', '', 1)",
      "set agentpod.archiving = 'yes'; delete from agentpod.events",
    ];
    expect(new Set(await codes("app", [...denied, ...reads]))).toEqual(new Set(["42501"]));
  });
});

describe("P10 filters", () => {
  it("find events by who, what, where from, result, time and words", async () => {
    await system(async (s) => {
      await s.events.append({
        ...exampleEvent(null, "pod acme/Web was deleted"),
        type: "pod.deleted",
        actor: "token:1",
        source: "192.0.2.1",
      });
      await s.events.append({ ...exampleEvent(null, "100% refused"), type: "token.created", actor: "user:2", result: "refused" });
    });
    const find = async (filter: object) => (await system((s) => s.events.latest(filter, 10))).map((e) => e.type);
    expect(await find({ actor: "token:1" })).toEqual(["pod.deleted"]);
    expect(await find({ type: "pod.*" })).toEqual(["pod.deleted"]);
    expect(await find({ type: "token.created" })).toEqual(["token.created"]);
    expect(await find({ type: "pod" })).toEqual([]);
    expect(await find({ source: "192.0.2.1" })).toEqual(["pod.deleted"]);
    expect(await find({ result: "refused" })).toEqual(["token.created"]);
    expect(await find({ text: "acme/web" })).toEqual(["pod.deleted"]);
    expect(await find({ text: "100%" })).toEqual(["token.created"]);
    expect(await find({ text: "0%r" })).toEqual([]);
    expect(await find({ from: "2100-01-01T00:00:00Z" })).toEqual([]);
    expect(await find({ to: "2100-01-01T00:00:00Z" })).toEqual(["token.created", "pod.deleted"]);
    const [newest] = await system((s) => s.events.latest({}, 1));
    expect((await system((s) => s.events.latest({}, 10, newest?.cursor))).map((e) => e.type)).toEqual(["pod.deleted"]);
  });
});
