import type { Json, OperationError } from "@agentpod/core/operation";
import type { Store } from "@agentpod/core/store";
import type { z } from "zod";

/**
 * How a kind of operation is done. To add one:
 *
 * ```ts
 * // workflows/greet-pods.ts
 * export const greetInput = z.strictObject({ pods: z.array(z.uuid()) });
 *
 * export const greetPods = (deps: { runtime: Runtime }): Workflow<z.infer<typeof greetInput>> => ({
 *   kind: "pod.greet",
 *   atOnce: 2,
 *   input: greetInput,
 *   async run({ pods }, run) {
 *     for (const id of pods) {
 *       // Written in one transaction with the mark that it was: done once, whenever the server dies.
 *       const generation = await run.change("start", { subject: id, message: "Starting it." }, async (store) =>
 *         (await store.pods.setDesired(id, "running")).generation);
 *       // Waits for what the reconciler observes, woken by events; after a crash it waits again.
 *       await run.step("running", { subject: id, message: "Waiting until it runs." }, (at) =>
 *         at.until(async (store) => {
 *           const { status } = await store.pods.getById(id);
 *           const isUp = status.observedGeneration >= generation && status.phase === "running";
 *           return isUp ? { is: "done", value: null } : { is: "waiting", message: status.message };
 *         }));
 *     }
 *     return { state: "succeeded", message: "All were greeted.", output: pods };
 *   },
 * });
 * ```
 *
 * Then add it to the `workflows` of `main.ts`, and have a route queue it within its `change` by `queueOperation(store, greetPods, …)`:
 * the event that `change` writes wakes the runners. People see it by `agentpod operation`, nothing else is needed.
 *
 * - A workflow writes intent and waits for status. It never has a driver create, start or stop anything; reading logs, exec and
 *   copying files or volumes of a pod that is there are fine.
 * - What happens between steps happens again after a crash: it decides by the input and by what steps gave, by nothing else (no
 *   clock, no randomness, no look at the database). Steps begin in the same order every time: several may run at once by
 *   `Promise.all` over calls of `step` made in one go, but none may begin depending on which of them was first.
 * - `step` runs at least once, and again where it was interrupted: give what it does outside a name or key that makes the second
 *   time harmless. `run.id` and the step's `seq` are the same each time. `change` takes effect once.
 * - Inputs and what steps give are kept in the clear: ids, names, numbers; never a secret.
 * - Change a workflow that may be under way only by steps after its last one; else give it another kind and keep the old.
 */
export interface Workflow<I = unknown> {
  kind: string;
  /** So many of the kind run at a time, on all control planes together; the others wait in their order. */
  atOnce: number;
  input: z.ZodType<I>;
  /** What it throws ends the operation as failed; a step that was cancelled throws too, and ends it as cancelled. */
  run(input: I, run: Run): Promise<WorkflowEnd>;
}

export interface WorkflowEnd {
  state: "succeeded" | "failed" | "cancelled";
  /** One sentence for people: what came of it. */
  message: string;
  output: Json;
}

export interface Run {
  /** The operation's. */
  id: string;
  /** Who asked for it, for what is written on their behalf. */
  actor: string;
  /** Runs at least once until it ends; what it gave is kept. Throws `StepFailed` or `OperationCancelled`. */
  step<T extends Json>(name: string, about: StepAbout, work: (at: StepAt) => Promise<T>): Promise<T>;
  /** One transaction as the system role, kept together with the mark that the step was done: takes effect once. */
  change<T extends Json>(name: string, about: StepAbout, work: (store: Store, at: StepAt) => Promise<T>): Promise<T>;
}

export interface StepAbout {
  /** A pod's name mostly; absent: the operation as a whole. */
  subject?: string;
  /** One sentence for people: what is done or waited for. */
  message: string;
  /** It fails after so long; counted anew after a crash. 600 unless given. */
  withinSeconds?: number;
  /** True: begun and finished although the operation is to end, because what was begun must not stay half done. */
  evenIfCancelled?: boolean;
}

export interface StepAt {
  seq: number;
  /** Aborted when the step is to end early. */
  signal: AbortSignal;
  /** Tells people where the step stands. */
  say(message: string): Promise<void>;
  /** Looks (as the system role) at once, after each burst of events and from time to time, until it is done. */
  until<T extends Json>(look: (store: Store, now: Date) => Promise<Look<T>>): Promise<T>;
}

/** `againMs`: look again after so long although nothing happened; no `message`: the step's own holds. */
export type Look<T> = { is: "done"; value: T } | { is: "waiting"; message?: string; againMs?: number };

/** A step ended without success; a workflow may catch it and go on. */
export class StepFailed extends Error {
  readonly error: OperationError;

  constructor(error: OperationError) {
    super(error.message);
    this.error = error;
  }
}

/** Somebody asked for the operation's end; steps marked `evenIfCancelled` may still be made. */
export class OperationCancelled extends Error {}
