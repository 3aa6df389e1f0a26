import type { ErrorCode, Issue } from "./errors.ts";

/** What a step may hand on: ids, names and numbers, never a secret. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const operationStates = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type OperationState = (typeof operationStates)[number];

/** Nothing more will happen to an operation in one of these. */
export const isEnded = (state: OperationState): boolean => state !== "queued" && state !== "running";

/** A pod that an operation is about; its name stays when the pod is gone. */
export interface OperationPod {
  id: string;
  /** `<tenant>/<pod>`. */
  name: string;
}

/** What went wrong, in a sentence that says what to do. */
export interface OperationError {
  code: ErrorCode;
  message: string;
  issues?: Issue[];
}

export interface OperationStep {
  /** From 1, in the order in which the steps began. */
  seq: number;
  /** One word for machines: `write-version`. */
  name: string;
  /** What it is about, a pod mostly; null: the operation as a whole. */
  subject: string | null;
  state: "running" | "succeeded" | "failed" | "cancelled";
  /** One sentence for people: what it waits for, or what came of it. */
  message: string;
  /** Of its first run; a step that was interrupted runs again. */
  startedAt: string;
  endedAt: string | null;
}

/** Something that takes a while and is more than one pod's next generation; driven by a durable workflow of its kind. */
export interface Operation {
  id: string;
  /** `pod.upgrade`; each has one workflow. */
  kind: string;
  /** Whose it is; null: it is about several tenants, and the installation's. */
  tenantId: string | null;
  tenant: string | null;
  pods: OperationPod[];
  actor: string;
  state: OperationState;
  /** What was asked for, as the workflow reads it. */
  input: Json;
  /** What the workflow gave; null before it succeeded or failed. */
  output: Json;
  /** One sentence for people: where it stands. */
  message: string;
  error: OperationError | null;
  /** While queued: 1 is the next of its kind; null otherwise. */
  position: number | null;
  /** Who asked for its end; null: nobody. */
  cancelledBy: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}
