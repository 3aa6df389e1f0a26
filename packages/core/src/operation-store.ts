import type { Json, Operation, OperationError, OperationPod, OperationState, OperationStep } from "./operation.ts";

export interface NewOperation {
  id: string;
  kind: string;
  tenantId: string | null;
  tenant: string | null;
  pods: readonly OperationPod[];
  actor: string;
  input: Json;
  message: string;
}

/** An operation that this process runs, and the epoch under which it may write. */
export interface HeldOperation {
  operation: Operation;
  epoch: number;
}

/** The right to write as who runs an operation; gone once another control plane has taken it over. */
export interface OperationHold {
  id: string;
  owner: string;
  epoch: number;
}

/** How a step ended, as it is kept: a step that was interrupted after it is not done again. */
export type StepOutcome = { is: "done"; value: Json } | { is: "failed"; error: OperationError } | { is: "cancelled" };

export interface OperationStore {
  /** Queued. `conflict` where an operation that has not ended has one of the pods. */
  insert(operation: NewOperation): Promise<Operation>;
  get(id: string): Promise<Operation>;
  /** The newest first. `tenant` and `pod` are names (`pod` without the tenant's). */
  list(filter: { tenant?: string; pod?: string; state?: OperationState; kind?: string }, limit: number): Promise<Operation[]>;
  steps(id: string): Promise<OperationStep[]>;
  /** Ends what is queued at once; what runs is asked to end. One that has ended: `conflict`. */
  cancel(id: string, actor: string): Promise<Operation>;

  /**
   * Takes what is to be run now, under a lock: operations whose runner's lease is over or was this owner's before it started
   * (`mine`: those it does run), and queued ones while fewer of their kind run than may. System role alone, as all that follows.
   */
  claim(
    owner: string,
    mine: readonly string[],
    atOnce: Record<string, number>,
    seconds: number,
  ): Promise<{ fresh: string[]; lost: string[] }>;
  /** Begins or goes on with it: this owner's from now on, at a new epoch, one attempt more. Null where it has ended. */
  take(id: string, owner: string, seconds: number): Promise<(HeldOperation & { attempts: number }) | null>;
  /** Renews leases; gives those that are still held, and whose end was asked for. */
  renew(owner: string, ids: readonly string[], seconds: number): Promise<{ id: string; isCancelled: boolean }[]>;
  /** Lets others take them over at once. */
  release(owner: string, ids: readonly string[]): Promise<void>;
  /**
   * Begins a step, or begins it again. `outcome`: it had ended before; null: to be done. `isCancelled`: the end of the operation was
   * asked for. Null: this hold is gone, nothing may be done any more.
   */
  beginStep(
    hold: OperationHold,
    step: Pick<OperationStep, "seq" | "name" | "subject" | "message">,
  ): Promise<{ outcome: StepOutcome | null; isCancelled: boolean; startedAt: string; isNew: boolean } | null>;
  /** Says where a step stands. False: this hold is gone, and nothing was said. */
  saySo(hold: OperationHold, seq: number, message: string): Promise<boolean>;
  /** Keeps how a step ended, in the caller's transaction. False: this hold is gone, and the caller must throw. */
  endStep(hold: OperationHold, seq: number, outcome: StepOutcome, message: string | null): Promise<boolean>;
  /** Ends it. False: this hold is gone. */
  finish(
    hold: OperationHold,
    end: { state: "succeeded" | "failed" | "cancelled"; output: Json; message: string; error: OperationError | null },
  ): Promise<boolean>;
  /** Whether there is any that has not ended. */
  hasOpen(): Promise<boolean>;
  /** Ends as failed what has been nobody's for so long, because no control plane knows its kind. Gives what it ended. */
  failUnknown(kinds: readonly string[], seconds: number, message: string): Promise<Operation[]>;
  /** Deletes what ended before. */
  prune(before: Date): Promise<void>;
}
