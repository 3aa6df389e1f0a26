import type { ChannelHealth } from "./channel-health.ts";

/** What is true of a pod, as last observed. Kept in the pod's row; written by the reconciler alone. */
export type Phase =
  | "pending"
  | "preparing"
  | "starting"
  | "running"
  | "degraded"
  | "failing"
  | "stopping"
  | "sleeping"
  | "stopped"
  | "succeeded"
  | "deleting"
  | "unknown";

export type Health = "healthy" | "unhealthy" | "starting" | "none";

export interface Condition {
  type: "Admitted" | "Prepared" | "Ready" | "Routed" | "LimitsEnforced" | "CrashLoop" | "RuntimeAnswers" | "Adopted";
  status: "true" | "false" | "unknown";
  /** One CamelCase word for machines. */
  reason: string;
  /** One sentence for people: what is the matter, and what to do. */
  message: string;
  fault: "user" | "system" | null;
  since: string;
}

/** Failures in a row of one unit instance, or of one step for it. */
export interface Failure {
  revision: string;
  count: number;
  lastAt: string;
  /** The run that failed: counted once. Null when it never came to a run. */
  runId: string | null;
  /** exited, unhealthy, oom, or the error code of a failed action. */
  reason: string;
  message: string;
  fault: "user" | "system";
  /** False: nothing will be tried again until spec or environment changes. */
  retry: boolean;
  /** What of the environment may change while it runs, as it was then; a change of it is another try. */
  live?: string | undefined;
}

/** What came of telling a run that its environment has changed. */
export interface LiveStatus {
  /** Hash of what it was told. */
  revision: string;
  runId: string;
  /** `applying`: what it holds is not known until it has answered. `refused`: it is made anew. */
  state: "applying" | "applied" | "refused";
  /** Why it was refused, as a part of a sentence. */
  message: string | null;
}

export interface UnitStatus {
  name: string;
  revision: string;
  state: "absent" | "created" | "running" | "exited";
  health: Health;
  /** Last probe's sentence when not healthy. */
  message: string | null;
  containerId: string | null;
  pid: number | null;
  runId: string | null;
  startedAt: string | null;
  exitCode: number | null;
  /** Starts after the first, since the revision was made. */
  restarts: number;
  /** Of an agent, as last told; absent where its probe tells of none. */
  channels?: ChannelHealth[] | undefined;
  /** Absent until it was first told something. */
  live?: LiveStatus | undefined;
}

export interface PodStatus {
  observedGeneration: number;
  phase: Phase;
  /** One sentence for people. */
  message: string;
  conditions: Condition[];
  units: UnitStatus[];
  /** By unit name. */
  failures: Record<string, Failure>;
  /** By route id: what the table said last, and when old and new were switched. */
  routes: Record<string, { upstream: string; version: number; switchedAt: string }>;
}

export const emptyStatus: PodStatus = {
  observedGeneration: 0,
  phase: "pending",
  message: "Waiting for the reconciler.",
  conditions: [],
  units: [],
  failures: {},
  routes: {},
};
