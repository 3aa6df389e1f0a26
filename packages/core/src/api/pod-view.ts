import { z } from "zod";
import { applyWays } from "../apply-way.ts";
import type { ChannelHealth } from "../channel-health.ts";
import { desiredStates } from "../pod.ts";
import { podSpec } from "../pod-spec.ts";
import type { Condition, Failure, UnitStatus } from "../status.ts";

const fault = z.enum(["user", "system"]);

export const conditionView = z.object({
  type: z.enum(["Admitted", "Prepared", "Ready", "Routed", "LimitsEnforced", "CrashLoop", "RuntimeAnswers", "Adopted"]),
  status: z.enum(["true", "false", "unknown"]),
  reason: z.string(),
  message: z.string(),
  fault: fault.nullable(),
  since: z.string(),
}) satisfies z.ZodType<Condition>;

export const health = z.enum(["healthy", "unhealthy", "starting", "none"]);

/** How an agent is reached by one account of one messenger. */
export const channelView = z.object({
  channel: z.string(),
  label: z.string(),
  account: z.string(),
  state: z.enum(["ok", "starting", "lost", "off"]),
  message: z.string(),
  since: z.string(),
}) satisfies z.ZodType<ChannelHealth>;

export const unitView = z.object({
  name: z.string(),
  revision: z.string(),
  state: z.enum(["absent", "created", "running", "exited"]),
  health,
  message: z.string().nullable(),
  containerId: z.string().nullable(),
  pid: z.number().nullable(),
  runId: z.string().nullable(),
  startedAt: z.string().nullable(),
  exitCode: z.number().nullable(),
  restarts: z.number(),
  channels: z.array(channelView).optional(),
  /** What came of telling it changed settings while it runs. */
  live: z
    .object({
      revision: z.string(),
      runId: z.string(),
      state: z.enum(["applying", "applied", "refused"]),
      message: z.string().nullable(),
    })
    .optional(),
}) satisfies z.ZodType<UnitStatus>;

const failureView = z.object({
  revision: z.string(),
  count: z.number(),
  lastAt: z.string(),
  runId: z.string().nullable(),
  reason: z.string(),
  message: z.string(),
  fault,
  retry: z.boolean(),
  live: z.string().optional(),
}) satisfies z.ZodType<Failure>;

const templateRef = z.object({ name: z.string(), version: z.number() }).nullable();

/** A pod in a list: what it is, how it does, and where it answers. */
export const podSummary = z.object({
  id: z.string(),
  tenant: z.string(),
  name: z.string(),
  template: templateRef,
  /** Whose pages it has besides a pod's own; null: nobody's. */
  product: z.enum(["agent"]).nullable(),
  desired: z.enum(desiredStates),
  generation: z.number(),
  /** Intent up to this generation has been looked at by the reconciler. */
  observedGeneration: z.number(),
  phase: z.string(),
  /** One sentence for people. */
  message: z.string(),
  /** The worst of its units. */
  health,
  /** URLs, the preferred one first. */
  addresses: z.array(z.string()),
  units: z.array(unitView),
  /** Since when it is asleep, and when it wakes though nobody asks for it (null: not before somebody does). Absent: it is not. */
  asleep: z.object({ since: z.string(), wakeAt: z.string().nullable() }).optional(),
  server: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

/** All of a pod but the values of its secrets. */
export const podView = podSummary.extend({
  inputs: z.record(z.string(), z.unknown()),
  spec: podSpec,
  conditions: z.array(conditionView),
  failures: z.record(z.string(), failureView),
  /** Names only. */
  secrets: z.array(z.string()),
  /** In the answer to a change: `live`, what runs is told; `restart`, it is made anew; `later`, at its next start. */
  applies: z.enum(applyWays).optional(),
  /** The container that was taken over for it, and what it brought along; absent: AgentPod made the pod itself. */
  adopted: z
    .object({ container: z.string(), containerId: z.string(), at: z.string(), volumes: z.array(z.string()), folders: z.array(z.string()) })
    .optional(),
});

export const revisionView = z.object({
  generation: z.number(),
  template: templateRef,
  inputs: z.record(z.string(), z.unknown()),
  spec: podSpec,
  actor: z.string(),
  at: z.string(),
});

/** What the probes last said. */
export const podHealth = z.object({
  tenant: z.string(),
  name: z.string(),
  phase: z.string(),
  message: z.string(),
  health,
  units: z.array(unitView.pick({ name: true, state: true, health: true, message: true, restarts: true, channels: true })),
  conditions: z.array(conditionView),
});

export const unitStats = z.object({
  unit: z.string(),
  revision: z.string(),
  at: z.string(),
  cpuCores: z.number().nullable(),
  memoryBytes: z.number(),
  memoryLimitBytes: z.number().nullable(),
  pids: z.number(),
});

/** One line of a pod's log, as NDJSON. */
export const podLogLine = z.object({
  unit: z.string(),
  at: z.string().nullable(),
  stream: z.enum(["stdout", "stderr"]),
  text: z.string(),
});

export type PodSummary = z.infer<typeof podSummary>;
export type PodView = z.infer<typeof podView>;
export type RevisionView = z.infer<typeof revisionView>;
export type PodHealth = z.infer<typeof podHealth>;
export type UnitStatsView = z.infer<typeof unitStats>;
export type PodLogLine = z.infer<typeof podLogLine>;
