// A control plane that runs operations and nothing else, as a process that can be killed. Told what to do by one line of JSON.
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { AppError } from "@agentpod/core/errors";
import { keyOf } from "@agentpod/db/master-key";
import { openDatabase } from "@agentpod/db/open-database";
import { openWorkflowDatabase } from "@agentpod/db/open-workflow-database";
import { z } from "zod";
import { crashPoint } from "../src/reconciler/crash-point.ts";
import { eventFeed } from "../src/routes/event-feed.ts";
import { startOperationRunner } from "../src/workflows/operation-runner.ts";
import type { Workflow } from "../src/workflows/workflow.ts";

export interface ProgramOrders {
  ownerUrl: string;
  masterKey: string;
  owner: string;
  crashFile: string;
  /** A line for each time that a step's work was done. */
  journal: string;
}

export const testInput = z.strictObject({
  /** Name of the setting that is counted up. */
  counter: z.string(),
  /** Waits until this setting is there; null: no waiting. */
  gate: z.string().nullable(),
  /** The last step fails. */
  fails: z.boolean().default(false),
});

export const testKind = { kind: "test.count", input: testInput };

/** Counts up twice in the database, waits, does something outside, and tells. */
const workflow = (journal: string): Workflow<z.infer<typeof testInput>> => ({
  ...testKind,
  atOnce: 2,
  async run({ counter, gate, fails }, run) {
    const count = (name: string) =>
      run.change(name, { message: "Counting." }, async (store) => {
        const next = Number((await store.settings.find(counter)) ?? 0) + 1;
        await store.settings.set(counter, next, "test");
        return next;
      });
    const first = await count("count-once");
    await run.step("write", { subject: "journal", message: "Writing." }, async (at) => {
      appendFileSync(journal, `${run.id} ${at.seq}\n`);
      return at.seq;
    });
    if (gate !== null)
      await run.step("wait", { message: "Waiting for the gate." }, (at) =>
        at.until(async (store) =>
          (await store.settings.find(gate)) === null
            ? { is: "waiting", message: "It is closed.", againMs: 100 }
            : { is: "done", value: null },
        ),
      );
    const both = await Promise.all(
      ["left", "right"].map((side) => run.step(`look-${side}`, { subject: side, message: "Looking." }, async () => side)),
    );
    const last = await count("count-again");
    if (fails)
      await run.step("fail", { message: "Failing." }, async () => {
        throw new AppError("invalid", "this does not fit", { issues: [{ path: "inputs.size", expected: "a number" }] });
      });
    return { state: "succeeded", message: "Counted.", output: { first, last, both } };
  },
});

if (import.meta.main) {
  const [line] = await createInterface(process.stdin)
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => [String(value)]);
  const orders = JSON.parse(line ?? "") as ProgramOrders;
  const masterKey = { current: keyOf(Buffer.from(orders.masterKey, "hex")), older: [] };
  const database = await openDatabase({ ownerUrl: orders.ownerUrl, masterKey, embedded: true });
  const log = {
    info: () => undefined,
    warn: (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
    error: (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  };
  const runner = startOperationRunner({
    workflows: [workflow(orders.journal)],
    database,
    workflowDatabase: openWorkflowDatabase(orders.ownerUrl, masterKey),
    feed: eventFeed(database, log),
    owner: orders.owner,
    crash: crashPoint(orders.crashFile),
    leaseSeconds: 8,
    clock: () => new Date(),
    log,
  });
  process.on("SIGTERM", () => {
    void runner.stop().then(async () => {
      await database.close();
      process.exit(0);
    });
  });
  process.stdout.write("ready\n");
}
