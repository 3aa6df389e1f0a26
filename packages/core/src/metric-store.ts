import type { MetricPoint, MetricRange, MetricSample } from "./metric.ts";

export interface MetricStore {
  /** Points of a subject (pod id, `machine`, `agentpod`) up to now, oldest first; steps without any are left out. */
  points(subject: string, range: MetricRange, now: Date): Promise<MetricPoint[]>;
  /** The newest sample of each subject that is not older than a minute. */
  latest(now: Date): Promise<(MetricPoint & { subject: string })[]>;
  /** One sample of each, in the step that holds `at`; the first of a step counts. System role alone, as all that follows. */
  write(samples: readonly MetricSample[], at: Date): Promise<void>;
  /** Makes the coarser tiers from the finer, for all steps that have ended since `before`. Twice: no effect. */
  rollUp(before: Date, now: Date): Promise<void>;
  /** Until when all was rolled up; null: never. */
  rolledUpTo(): Promise<Date | null>;
  /** Deletes what is older than a month, and what belongs to pods that are gone. */
  prune(now: Date): Promise<void>;
}
