import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { Database } from "@agentpod/core/store";
import type { WorkflowDatabase } from "@agentpod/db/open-workflow-database";
import type { Log } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";
import type { CrashPoint } from "../reconciler/crash-point.ts";
import type { EventFeed } from "../routes/event-feed.ts";
import { startSweeps } from "../start-sweeps.ts";
import type { OperationRun } from "./attempt-step.ts";
import { dbosEngine, type Recorded } from "./dbos-engine.ts";
import { errorOf } from "./error-of.ts";
import { patiently } from "./patiently.ts";
import { finish, runOperation } from "./run-operation.ts";
import type { Workflow } from "./workflow.ts";

export interface RunnerOptions {
  workflows: readonly Workflow[];
  database: Pick<Database, "asSystem">;
  workflowDatabase: WorkflowDatabase;
  feed: Pick<EventFeed, "subscribe">;
  /** Of this installation of a control plane: the same after a restart. */
  owner: string;
  crash: CrashPoint;
  clock(): Date;
  log: Log;
  /** A control plane that does not renew for so long has died; 30 unless given. */
  leaseSeconds?: number;
}

export interface OperationRunner {
  /** Lets go of what is under way, for others or for the next start to go on with. */
  stop(): Promise<void>;
}

const sweepMs = 10_000;
/** Somebody waits for what was asked for to begin. */
const gatherMs = 100;
/** Without anything to do for so long, the library of workflows is put to rest. */
const restMs = 60_000;
/** Begun so often without a step's end between: something in it ends the process. */
const mostAttempts = 20;
/** Nobody's for so long, because no control plane knows the kind. */
const unknownSeconds = 3600;
const keptDays = 90;

interface Running {
  /** Null from when it was given to the library until that calls back, here or in another control plane. */
  run: OperationRun | null;
  since: number;
  cancel: AbortController;
  lose: AbortController;
}

/** Runs queued operations in their order, and goes on with those whose control plane has died. */
export function startOperationRunner(options: RunnerOptions): OperationRunner {
  const { workflows, database, feed, owner, clock, log, leaseSeconds = 30 } = options;
  const kinds = new Map(workflows.map((workflow) => [workflow.kind, workflow]));
  const atOnce = Object.fromEntries(workflows.map(({ kind, atOnce }) => [kind, atOnce]));
  const running = new Map<string, Running>();
  const stopping = new AbortController();
  let restTimer: NodeJS.Timeout | undefined;
  const engine = dbosEngine({
    database: options.workflowDatabase,
    executor: `${owner}/${randomUUID()}`,
    body,
    log,
  });

  /** What the library calls, in whichever control plane it chose: that one has the operation from now on. */
  async function body(id: string, recorded: Recorded): Promise<void> {
    const lose = new AbortController();
    const mine: Running = { run: null, since: clock().getTime(), cancel: new AbortController(), lose };
    running.get(id)?.lose.abort();
    running.set(id, mine);
    const lost = AbortSignal.any([lose.signal, stopping.signal]);
    const leave = () => {
      if (running.get(id) === mine) running.delete(id);
    };
    try {
      const taken = await patiently(() => database.asSystem((store) => store.operations.take(id, owner, leaseSeconds)), lost, log);
      const workflow = taken && kinds.get(taken.operation.kind);
      if (!taken || !workflow) return;
      const run: OperationRun = {
        operation: taken.operation,
        hold: { id, owner, epoch: taken.epoch },
        cancelled: mine.cancel.signal,
        lost,
      };
      mine.run = run;
      if (taken.attempts > mostAttempts) await finish({ database, log }, run, givenUp());
      else await runOperation({ ...options, abandon: leave }, workflow, run, recorded);
    } finally {
      leave();
    }
  }

  async function sweep(): Promise<void> {
    await renew();
    const { fresh, lost } = await database.asSystem(async (store) => {
      if (!(await store.operations.hasOpen())) return { fresh: [], lost: [] };
      await failUnknown(store);
      return store.operations.claim(owner, [...running.keys()], atOnce, leaseSeconds);
    });
    const now = new Set(fresh);
    for (const id of [...fresh, ...lost]) await begin(id, now.has(id));
    restWhenIdle();
  }

  async function begin(id: string, isFresh: boolean): Promise<void> {
    if (stopping.signal.aborted) return;
    stayUp();
    if (isFresh) await database.asSystem((store) => noteStart(store, id));
    running.set(id, { run: null, since: clock().getTime(), cancel: new AbortController(), lose: new AbortController() });
    // Ended without having said so: the library could not go on with what was recorded.
    if ((await engine.begin(id)) !== "ended") return;
    running.delete(id);
    await endBroken(id);
  }

  async function endBroken(id: string): Promise<void> {
    const taken = await database.asSystem((store) => store.operations.take(id, owner, leaseSeconds));
    if (taken === null) return;
    const run = { operation: taken.operation, hold: { id, owner, epoch: taken.epoch }, cancelled: stopping.signal, lost: stopping.signal };
    await finish({ database, log }, run, givenUp());
  }

  async function renew(): Promise<void> {
    const late = clock().getTime() - leaseSeconds * 1000;
    for (const [id, { run, since }] of running) if (run === null && since < late) running.delete(id);
    const ids = [...running].flatMap(([id, { run }]) => (run === null ? [] : [id]));
    const held = await database.asSystem((store) => store.operations.renew(owner, ids, leaseSeconds));
    for (const id of ids) {
      const still = held.find((one) => one.id === id);
      if (still === undefined) running.get(id)?.lose.abort();
      else if (still.isCancelled) running.get(id)?.cancel.abort();
    }
  }

  async function failUnknown(store: Parameters<Parameters<Database["asSystem"]>[0]>[0]): Promise<void> {
    const message = "No control plane knows operations of this kind any more: begin it again with the AgentPod that runs now.";
    for (const { id, kind, tenantId, tenant, actor } of await store.operations.failUnknown([...kinds.keys()], unknownSeconds, message))
      await store.events.append({
        ...{ type: "operation.failed", tenantId, tenant, pod: null, podId: null, actor, source: null, result: "failed" as const },
        ...{ message, data: { operation: id, kind } },
      });
  }

  function restWhenIdle(): void {
    if (running.size > 0 || stopping.signal.aborted || restTimer !== undefined) return;
    restTimer = setTimeout(() => {
      restTimer = undefined;
      void rest().catch(onFailure);
    }, restMs);
    restTimer.unref();
  }

  function stayUp(): void {
    clearTimeout(restTimer);
    restTimer = undefined;
  }

  async function rest(): Promise<void> {
    if (running.size > 0) return;
    await engine.rest();
    await database.asSystem((store) => store.operations.prune(new Date(clock().getTime() - keptDays * 86_400_000)));
  }

  const onFailure = (error: unknown) => log.warn({ causes: causeChain(error) }, "operations could not be looked at");
  const sweeps = startSweeps({ feed, everyMs: sweepMs, gatherMs, sweep, onFailure });
  // Also while a sweep waits for the library to come up.
  const heart = setInterval(() => {
    if (running.size > 0) void renew().catch(onFailure);
  }, leaseSeconds * 150);
  heart.unref();

  return {
    async stop() {
      stopping.abort();
      clearInterval(heart);
      stayUp();
      await sweeps.stop();
      await database.asSystem((store) => store.operations.release(owner, [...running.keys()])).catch(() => undefined);
      await engine.stop().catch(onFailure);
    },
  };
}

const givenUp = () => {
  const message = "It was interrupted again and again in the same step; see AgentPod's log, then begin it again.";
  return { state: "failed" as const, message, output: null, error: errorOf(new AppError("unavailable", message)) };
};

async function noteStart(store: Parameters<Parameters<Database["asSystem"]>[0]>[0], id: string): Promise<void> {
  const { kind, tenantId, tenant, actor } = await store.operations.get(id);
  await store.events.append({
    ...{ type: "operation.started", tenantId, tenant, pod: null, podId: null, actor, source: null, result: "ok" as const },
    ...{ message: `operation ${kind} started`, data: { operation: id, kind } },
  });
}
