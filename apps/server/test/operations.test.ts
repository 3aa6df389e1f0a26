import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isEnded, type Operation } from "@agentpod/core/operation";
import { type ScratchDatabase, scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { startTestPostgres, type TestPostgres } from "@agentpod/db/testing/test-postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { queueOperation } from "../src/workflows/queue-operation.ts";
import { type ProgramOrders, testKind } from "./operation-program.ts";

/** A database server of its own: the library's indexes are built concurrently, and wait for every transaction of the server. */
let postgres: TestPostgres;
let scratch: ScratchDatabase;
let folder: string;
let children: ChildProcess[] = [];
let errors = "";
let names = 0;
const wait = { timeout: 90_000, interval: 50 };

beforeAll(async () => {
  postgres = await startTestPostgres();
  scratch = await scratchDatabase(postgres.ownerUrl);
  folder = await mkdtemp(join(tmpdir(), "agentpod-operations-"));
});
afterEach(async () => {
  await Promise.all(children.map((child) => end(child, "SIGKILL")));
  children = [];
});
afterAll(async () => {
  await scratch?.drop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const journal = () => join(folder, "journal");
const crashFile = (owner: string) => join(folder, `crash-${owner}`);
const journalled = (id: string) =>
  (existsSync(journal()) ? readFileSync(journal(), "utf8").split("\n") : []).filter((line) => line.startsWith(id));

/** A control plane; resolves once it looks for work. */
async function start(owner: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "operation-program.ts")], { stdio: ["pipe", "pipe", "pipe"] });
  children.push(child);
  child.stderr?.on("data", (text) => {
    errors += text;
  });
  const orders: ProgramOrders = {
    ownerUrl: scratch.ownerUrl,
    masterKey: scratch.masterKey.current.key.toString("hex"),
    owner,
    crashFile: crashFile(owner),
    journal: journal(),
  };
  child.stdin?.end(`${JSON.stringify(orders)}\n`);
  await once(createInterface(child.stdout as NodeJS.ReadableStream), "line");
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

/** As a supervisor: starts it again whenever it was killed, until told to stop. */
async function keepAlive(owner: string): Promise<{ kills: () => number; stop(): Promise<void> }> {
  let kills = 0;
  let isOver = false;
  let child = await start(owner);
  const loop = (async () => {
    for (;;) {
      await once(child, "exit");
      if (isOver) return;
      kills++;
      child = await start(owner);
    }
  })();
  return {
    kills: () => kills,
    async stop() {
      isOver = true;
      await end(child, "SIGTERM");
      await loop;
    },
  };
}

const ask = (options: { gate?: string; fails?: boolean } = {}): Promise<{ id: string; counter: string }> => {
  const counter = `counter-${++names}`;
  const input = { counter, gate: options.gate ?? null, fails: options.fails ?? false };
  return scratch.database.asTenants("*", async (store) => {
    const { id } = await queueOperation(store, testKind, { input, tenant: null, pods: [], actor: "token:test" });
    await store.events.append({
      ...{
        type: "test.asked",
        tenantId: null,
        tenant: null,
        pod: null,
        podId: null,
        actor: "token:test",
        source: null,
        result: "ok" as const,
      },
      ...{ message: "asked", data: {} },
    });
    return { id, counter };
  });
};
const find = (id: string) => scratch.database.asSystem((store) => store.operations.get(id));
const steps = (id: string) => scratch.database.asSystem((store) => store.operations.steps(id));
const setting = (key: string) => scratch.database.asSystem((store) => store.settings.find(key));
const set = (key: string) => scratch.database.asSystem((store) => store.settings.set(key, true, "test"));
const ended = (id: string): Promise<Operation> =>
  vi.waitFor(async () => {
    const operation = await find(id);
    expect(isEnded(operation.state), errors).toBe(true);
    return operation;
  }, wait);
const inStep = (id: string, name: string) =>
  vi.waitFor(async () => expect(await steps(id), errors).toContainEqual(expect.objectContaining({ name, state: "running" })), wait);

// Processes are started and killed, some of them twenty times, on a machine that may be slow.
describe("P14 operations", { timeout: 400_000 }, () => {
  it("run step by step, with what each gave, and tell it as events", async () => {
    const child = await start("one");
    const { id, counter } = await ask();
    expect(await ended(id)).toMatchObject({
      state: "succeeded",
      message: "Counted.",
      output: { first: 1, last: 2, both: ["left", "right"] },
    });
    expect((await steps(id)).map(({ name, state }) => `${name} ${state}`)).toEqual([
      "count-once succeeded",
      "write succeeded",
      "look-left succeeded",
      "look-right succeeded",
      "count-again succeeded",
    ]);
    expect(await setting(counter)).toBe(2);
    const events = await scratch.database.asSystem((store) => store.events.latest({ type: "operation.*" }, 100));
    const mine = events.filter(({ data }) => data.operation === id).reverse();
    expect(mine.map(({ type }) => type)).toEqual(["operation.started", ...Array(5).fill("operation.step"), "operation.succeeded"]);
    await end(child, "SIGTERM");
  });

  it("that fail say why, with the field's name", async () => {
    await start("one");
    const { id } = await ask({ fails: true });
    expect(await ended(id)).toMatchObject({
      state: "failed",
      message: "this does not fit",
      error: { code: "invalid", message: "this does not fit", issues: [{ path: "inputs.size", expected: "a number" }] },
    });
    expect((await steps(id)).at(-1)).toMatchObject({ name: "fail", state: "failed", message: "this does not fit" });
  });

  it("go on after the server was killed before and after each of their steps, and do in the database what they do once", async () => {
    await start("walk");
    const first = await ask();
    await ended(first.id);
    const walked = await steps(first.id);
    await Promise.all(children.map((child) => end(child, "SIGKILL")));
    const table: Record<string, string | number>[] = [];
    for (const { seq, name } of walked) {
      writeFileSync(crashFile("walk"), `before:operation:${seq}\nafter:operation:${seq}`);
      const { id, counter } = await ask();
      const plane = await keepAlive("walk");
      const operation = await ended(id);
      await plane.stop();
      expect(existsSync(crashFile("walk")), "points that were never come by").toBe(false);
      expect(operation).toMatchObject({ state: "succeeded", output: { first: 1, last: 2 } });
      expect(await setting(counter)).toBe(2);
      expect((await steps(id)).every(({ state }) => state === "succeeded")).toBe(true);
      table.push({
        step: name,
        kills: plane.kills(),
        ended: operation.state,
        counter: Number(await setting(counter)),
        writes: journalled(id).length,
      });
    }
    console.table(table);
    expect(table.map(({ kills }) => kills)).toEqual(walked.map(() => 2));
    expect(table.filter(({ step, writes }) => step !== "write" && writes !== 1)).toEqual([]);
  });

  it("are gone on with by another control plane when the first is killed, by the step that was interrupted", async () => {
    const first = await start("one");
    const { id, counter } = await ask({ gate: "gate-take-over" });
    await inStep(id, "wait");
    const said = async () => (await steps(id)).find(({ name }) => name === "wait")?.message;
    await vi.waitFor(async () => expect(await said()).toBe("It is closed."), wait);
    await end(first, "SIGKILL");
    await start("two");
    await set("gate-take-over");
    expect(await ended(id)).toMatchObject({ state: "succeeded" });
    expect(await said(), "of what is done: what it was").toBe("Waiting for the gate.");
    expect(await setting(counter)).toBe(2);
    expect(journalled(id)).toHaveLength(1);
  });

  it("of a control plane that stood still are not written to by it when it comes back", async () => {
    const first = await start("one");
    const { id, counter } = await ask({ gate: "gate-frozen" });
    await inStep(id, "wait");
    first.kill("SIGSTOP");
    await start("two");
    await vi.waitFor(async () => {
      const held = await scratch.database.asSystem((store) => store.operations.renew("two", [id], 30));
      expect(held).toHaveLength(1);
    }, wait);
    first.kill("SIGCONT");
    await set("gate-frozen");
    expect(await ended(id)).toMatchObject({ state: "succeeded" });
    expect(await setting(counter)).toBe(2);
    expect(journalled(id)).toHaveLength(1);
  });

  it("are handed over when a control plane is stopped in an orderly way", async () => {
    const first = await start("one");
    const { id, counter } = await ask({ gate: "gate-stop" });
    await inStep(id, "wait");
    await start("two");
    await end(first, "SIGTERM");
    await vi.waitFor(async () => expect(await scratch.database.asSystem((s) => s.operations.renew("two", [id], 30))).toHaveLength(1), wait);
    await set("gate-stop");
    expect(await ended(id)).toMatchObject({ state: "succeeded" });
    expect(await setting(counter)).toBe(2);
  });

  it("are cancelled in the midst of a step, and nothing after it is done", async () => {
    await start("one");
    const { id, counter } = await ask({ gate: "gate-never" });
    await inStep(id, "wait");
    await scratch.database.asSystem((store) => store.operations.cancel(id, "user:ann"));
    expect(await ended(id)).toMatchObject({ state: "cancelled", cancelledBy: "user:ann" });
    expect(await setting(counter)).toBe(1);
    expect((await steps(id)).at(-1)).toMatchObject({ name: "wait", state: "cancelled" });
  });

  it("wait for their turn: no more of a kind at once than may", async () => {
    await start("one");
    const asked = [await ask({ gate: "gate-turn" }), await ask({ gate: "gate-turn" }), await ask({ gate: "gate-turn" })];
    for (const { id } of asked.slice(0, 2)) await inStep(id, "wait");
    expect(await find(asked[2]?.id ?? "")).toMatchObject({ state: "queued", position: 1, message: "Waiting for its turn." });
    await set("gate-turn");
    for (const { id } of asked) expect(await ended(id)).toMatchObject({ state: "succeeded" });
  });

  it("keep nothing secret and nothing else in the library's own schema, which its role alone reads", async () => {
    const { default: pg } = await import("pg");
    const may = async (login: { user: string; password: string }, sql: string) => {
      const client = new pg.Client({ connectionString: scratch.urlOf(login) });
      await client.connect();
      try {
        return await client.query(sql).then(
          () => "allowed",
          (error: { code: string }) => error.code,
        );
      } finally {
        await client.end();
      }
    };
    const { app, system, dbos } = scratch.roles;
    const own = "select * from agentpod_dbos.workflow_status limit 1";
    expect(await may(dbos, own)).toBe("allowed");
    expect([await may(app, own), await may(system, own)]).toEqual(["42501", "42501"]);
    for (const sql of ["select * from agentpod.operations", "create schema mine", "create table agentpod_dbos.mine (a int)"])
      expect(await may(dbos, sql)).toBe("42501");
  });
});
