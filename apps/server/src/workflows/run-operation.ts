import { toAppError } from "@agentpod/core/errors";
import type { Json, OperationError } from "@agentpod/core/operation";
import type { StepOutcome } from "@agentpod/core/operation-store";
import type { Log } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";
import { attemptStep, type OperationRun, type StepDeps, type StepWork } from "./attempt-step.ts";
import type { Recorded } from "./dbos-engine.ts";
import { errorOf } from "./error-of.ts";
import { heedLost, OperationLost } from "./operation-lost.ts";
import { patiently } from "./patiently.ts";
import { OperationCancelled, type Run, StepFailed, type Workflow, type WorkflowEnd } from "./workflow.ts";

export interface RunDeps extends StepDeps {
  log: Pick<Log, "warn" | "error">;
  /** Told where this process has lost the operation: it then stands still here, for ever. */
  abandon(id: string): void;
}

/** How a run ended, as it is kept. */
interface End extends WorkflowEnd {
  error: OperationError | null;
}

/**
 * Runs an operation from its first step, or after a crash from the one that was interrupted, and keeps how it ended. Throws
 * what the library of workflows throws.
 */
export async function runOperation(deps: RunDeps, workflow: Workflow, run: OperationRun, recorded: Recorded): Promise<void> {
  const end = await endOf(deps, workflow, run, recorded);
  await recorded("end", () => heedLost(finish(deps, run, end), () => deps.abandon(run.hold.id)));
}

/** Keeps how it ended. Throws `OperationLost`. */
export async function finish(deps: Pick<RunDeps, "database" | "log">, run: OperationRun, end: End): Promise<null> {
  const { id, kind, tenantId, tenant, actor } = run.operation;
  const { state, message, output, error } = end;
  const isHeld = await patiently(
    () =>
      deps.database.asSystem(async (store) => {
        if (!(await store.operations.finish(run.hold, { state, message, output, error }))) return false;
        await store.events.append({
          ...{ type: `operation.${state}`, tenantId, tenant, pod: null, podId: null, actor, source: null, message },
          result: state === "failed" ? "failed" : "ok",
          data: { operation: id, kind },
        });
        return true;
      }),
    run.lost,
    deps.log,
  );
  if (!isHeld) throw new OperationLost();
  return null;
}

async function endOf(deps: RunDeps, workflow: Workflow, run: OperationRun, recorded: Recorded): Promise<End> {
  try {
    const end = await workflow.run(workflow.input.parse(run.operation.input), steps(deps, run, recorded));
    return { ...end, error: end.state === "failed" ? { code: "conflict", message: end.message } : null };
  } catch (thrown) {
    if (thrown instanceof OperationCancelled) return { state: "cancelled", message: "Cancelled.", output: null, error: null };
    if (thrown instanceof StepFailed) return { state: "failed", message: thrown.message, output: null, error: thrown.error };
    if (thrown instanceof NotMeant) throw thrown.cause;
    const error = errorOf(toAppError(thrown));
    deps.log.error({ operation: run.hold.id, causes: causeChain(thrown) }, "a workflow threw");
    return { state: "failed", message: error.message, output: null, error };
  }
}

/** What a workflow cannot mend and must not catch: it has lost the operation, or the library of workflows has failed. */
class NotMeant extends Error {}

function steps(deps: RunDeps, run: OperationRun, recorded: Recorded): Run {
  let last = 0;
  let broken: NotMeant | null = null;
  /** Its place in the order is taken before anything is waited for. */
  async function make<T extends Json>(work: Omit<StepWork, "seq">): Promise<T> {
    const seq = ++last;
    if (broken !== null) throw broken;
    let outcome: StepOutcome;
    try {
      outcome = await recorded(work.name, () => heedLost(attemptStep(deps, run, { ...work, seq }), () => deps.abandon(run.hold.id)));
    } catch (thrown) {
      broken = new NotMeant("the operation cannot go on here", { cause: thrown });
      throw broken;
    }
    if (outcome.is === "done") return outcome.value as T;
    if (outcome.is === "cancelled") throw new OperationCancelled("the operation is to end");
    throw new StepFailed(outcome.error);
  }
  return {
    id: run.operation.id,
    actor: run.operation.actor,
    step: (name, about, work) =>
      make({ name, about, perform: async (at) => ({ outcome: { is: "done", value: await work(at) }, kept: false }) }),
    change: (name, about, work) =>
      make({
        name,
        about,
        perform: (at) =>
          deps.database.asSystem(async (store) => {
            // Again within the transaction: an answer to its commit may have been lost, and another may have taken over.
            const begun = await store.operations.beginStep(run.hold, {
              ...at,
              name,
              subject: about.subject ?? null,
              message: about.message,
            });
            if (begun === null) throw new OperationLost();
            if (begun.outcome !== null) return { outcome: begun.outcome, kept: true };
            const outcome: StepOutcome = { is: "done", value: await work(store, at) };
            await store.operations.endStep(run.hold, at.seq, outcome, null);
            return { outcome, kept: true };
          }),
      }),
  };
}
