import { setTimeout as delay } from "node:timers/promises";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { Operation } from "@agentpod/core/operation";
import type { OperationHold, StepOutcome } from "@agentpod/core/operation-store";
import type { Database, Store } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import type { CrashPoint } from "../reconciler/crash-point.ts";
import type { EventFeed } from "../routes/event-feed.ts";
import { errorOf } from "./error-of.ts";
import { OperationLost } from "./operation-lost.ts";
import { patiently } from "./patiently.ts";
import { waitFor } from "./wait-for.ts";
import type { StepAbout, StepAt } from "./workflow.ts";

export interface StepDeps {
  database: Pick<Database, "asSystem">;
  feed: Pick<EventFeed, "subscribe">;
  crash: CrashPoint;
  clock(): Date;
  log: Pick<Log, "warn">;
}

/** One run of an operation by this process. */
export interface OperationRun {
  operation: Operation;
  hold: OperationHold;
  /** Somebody asked for its end. */
  cancelled: AbortSignal;
  /** This process may not go on with it: it stops, or another has it. */
  lost: AbortSignal;
}

export interface StepWork {
  seq: number;
  name: string;
  about: StepAbout;
  /** Does it and gives how it ended; `kept`: in a transaction that says so itself. */
  perform(at: StepAt): Promise<{ outcome: StepOutcome; kept: boolean }>;
}

const standardSeconds = 600;

/** Begins a step (or finds how it ended before a crash), does it, and keeps how it ended. Throws `OperationLost` alone. */
export async function attemptStep(deps: StepDeps, run: OperationRun, step: StepWork): Promise<StepOutcome> {
  const { database, crash, log } = deps;
  const { hold, lost } = run;
  const keep = <T>(work: (store: Store) => Promise<T>): Promise<T> => patiently(() => database.asSystem(work), lost, log);
  const begun = await keep(async (store) => {
    const found = await store.operations.beginStep(hold, { ...step, subject: step.about.subject ?? null, message: step.about.message });
    if (found?.isNew) await store.events.append(stepEvent(run.operation, step, "ok", step.about.message));
    return found;
  });
  if (begun === null) throw new OperationLost();
  if (begun.outcome !== null) return begun.outcome;
  const isRefused = begun.isCancelled && !step.about.evenIfCancelled;
  if (!isRefused) crash(`before:operation:${step.seq}`);
  const { outcome, kept } = isRefused ? { outcome: { is: "cancelled" as const }, kept: false } : await perform(deps, run, step);
  if (lost.aborted) throw new OperationLost();
  if (!kept) {
    crash(`done:operation:${step.seq}`);
    const isHeld = await keep(async (store) => {
      // Of what is done it is told what it was, not what it waited for last.
      const message = outcome.is === "failed" ? outcome.error.message : outcome.is === "done" ? step.about.message : null;
      const ended = await store.operations.endStep(hold, step.seq, outcome, message);
      if (ended && outcome.is === "failed") await store.events.append(stepEvent(run.operation, step, "failed", outcome.error.message));
      return ended;
    });
    if (!isHeld) throw new OperationLost();
  }
  crash(`after:operation:${step.seq}`);
  return outcome;
}

async function perform(deps: StepDeps, run: OperationRun, step: StepWork): Promise<{ outcome: StepOutcome; kept: boolean }> {
  const seconds = step.about.withinSeconds ?? standardSeconds;
  const late = AbortSignal.timeout(seconds * 1000);
  const cancelled = step.about.evenIfCancelled ? [] : [run.cancelled];
  const signal = AbortSignal.any([run.lost, late, ...cancelled]);
  let said = step.about.message;
  const say = async (message: string) => {
    said = message;
    await deps.database.asSystem(async (store) => {
      // Who watches hears of it at once, not at the next look.
      if (await store.operations.saySo(run.hold, step.seq, message))
        await store.events.append(stepEvent(run.operation, step, "ok", message));
    });
  };
  const at: StepAt = {
    seq: step.seq,
    signal,
    say,
    until: (look) => waitFor({ ...deps, signal, say, about: step.about.message }, look),
  };
  for (let failures = 0; ; failures++) {
    try {
      if (signal.aborted) throw endedEarly();
      return await orAborted(step.perform(at), signal);
    } catch (thrown) {
      if (run.lost.aborted || thrown instanceof OperationLost) throw new OperationLost();
      if (!step.about.evenIfCancelled && run.cancelled.aborted) return { outcome: { is: "cancelled" }, kept: false };
      if (late.aborted) return { outcome: { is: "failed", error: tooLate(seconds, said) }, kept: false };
      const error = toAppError(thrown);
      // What does not answer now may answer soon; nothing else gets better by trying again.
      if (error.code !== "unavailable" || error.fault !== "system")
        return { outcome: { is: "failed", error: errorOf(error) }, kept: false };
      deps.log.warn({ operation: run.hold.id, step: step.name, error: error.message }, "a step of an operation is tried again");
      await delay(Math.min(1000 * 2 ** failures, 30_000), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Work that heeds no signal does not keep an operation for ever. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(endedEarly());
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

const endedEarly = () => new AppError("unavailable", "The step was ended before it was done.");
const tooLate = (seconds: number, said: string) =>
  errorOf(new AppError("unavailable", `It was not done after ${seconds} s; last: ${said}`));

function stepEvent(operation: Operation, step: StepWork, result: "ok" | "failed", message: string) {
  const { id, kind, tenantId, tenant, actor } = operation;
  const subject = step.about.subject ?? null;
  const data = { operation: id, kind, seq: step.seq, step: step.name, subject };
  return { type: "operation.step", tenantId, tenant, pod: null, podId: null, actor, source: null, result, message, data };
}
