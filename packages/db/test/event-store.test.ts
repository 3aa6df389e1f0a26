import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { migrate } from "../src/migrate.ts";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleEvent, newTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
let tenant: Tenant;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  tenant = await newTenant(scratch.database, "acme");
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const append = (message: string) => scratch.database.asTenants([tenant.id], (s) => s.events.append(exampleEvent(tenant, message)));
/** On a database of other transactions, one that has just ended may still bound the reader: it reads until it has as many. */
async function read(cursor: string | null, count: number): Promise<{ messages: string[]; last: string }> {
  for (;;) {
    const found = await system((s) => s.events.after(cursor, {}, 100));
    if (found.length >= count) return { messages: found.map((e) => e.message), last: found.at(-1)?.cursor ?? "" };
  }
}

describe("P3, P10 events", () => {
  it("come after a cursor, in order, as they were appended", async () => {
    await append("one");
    await append("two");
    const all = await read(null, 2);
    expect(all.messages).toEqual(["one", "two"]);
    expect(await system((s) => s.events.after(all.last, {}, 100))).toEqual([]);
    await append("three");
    expect((await read(all.last, 1)).messages).toEqual(["three"]);
    const latest = await system((s) => s.events.latest({ tenant: "acme", pod: "web" }, 2));
    expect(latest.map((e) => e.message)).toEqual(["three", "two"]);
    expect(latest[0]).toMatchObject({ type: "pod.created", tenant: "acme", pod: "web", actor: "system", result: "ok", data: {} });
    expect(await system((s) => s.events.latest({ tenant: "other" }, 2))).toEqual([]);
    await expect(system((s) => s.events.after("yesterday", {}, 1))).rejects.toMatchObject({ code: "invalid" });
  });

  it("a reader loses none to a transaction that began earlier and commits later", async () => {
    const start = (await system((s) => s.events.latest({}, 1)))[0]?.cursor ?? null;
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = system(async (s) => {
      await s.events.append(exampleEvent(tenant, "slow"));
      begun();
      await gate;
    });
    await hasBegun;
    await append("fast");
    expect(await system((s) => s.events.after(start, {}, 100))).toEqual([]);
    go();
    await slow;
    expect((await read(start, 2)).messages).toEqual(["slow", "fast"]);
  });

  it("P17 are read on after a restore on another server, whose transactions count from anew", async () => {
    const before = await read(null, 1);
    const owner = await rawClient(scratch.ownerUrl);
    // As a dump from a server that is far ahead would leave them.
    await owner.query(`begin; alter table agentpod.events no force row level security;
      update agentpod.events set xid = (xid::text::numeric + 1000000000)::text::xid8; alter table agentpod.events force row level security; commit`);
    await owner.end();
    const [xid, id] = before.last.split("-");
    const cursor = `${BigInt(xid ?? "0") + 1_000_000_000n}-${id}`;
    await migrate(scratch.ownerUrl, { masterKey: scratch.masterKey });
    await append("restored");
    expect((await read(cursor, 1)).messages).toEqual(["restored"]);
    expect((await read(null, 1)).messages).toEqual([...before.messages, "restored"]);
  });
});
