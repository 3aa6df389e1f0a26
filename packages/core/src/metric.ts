/** What is kept: each tier a ring of `slots` values, one per `seconds`. The first is written, the others are rolled up from the one before. */
export const metricTiers = [
  { tier: 0, seconds: 15, slots: 480 },
  { tier: 1, seconds: 60, slots: 1440 },
  { tier: 2, seconds: 300, slots: 2016 },
  { tier: 3, seconds: 3600, slots: 720 },
] as const;

export type MetricTier = (typeof metricTiers)[number];

export const metricRanges = ["1h", "24h", "7d", "30d"] as const;
export type MetricRange = (typeof metricRanges)[number];

/** Which tier a range is read from, and how far back. */
export const rangeOf: Record<MetricRange, { tier: MetricTier; seconds: number }> = {
  "1h": { tier: metricTiers[0], seconds: 3600 },
  "24h": { tier: metricTiers[1], seconds: 86_400 },
  "7d": { tier: metricTiers[2], seconds: 604_800 },
  "30d": { tier: metricTiers[3], seconds: 2_592_000 },
};

/** Not pods: the machine as a whole, and AgentPod's own processes. */
export const platformSubjects = ["machine", "agentpod"] as const;
export type PlatformSubject = (typeof platformSubjects)[number];

/** Averages over one step of a tier; null where a figure was not to be had. */
export interface MetricValues {
  /** Cores in use. */
  cpuCores: number | null;
  /** The highest of the samples in the step. */
  cpuCoresMax: number | null;
  memoryBytes: number | null;
  memoryBytesMax: number | null;
  /** Null: no limit. */
  memoryLimitBytes: number | null;
  /** Bytes per second. */
  networkInBytes: number | null;
  networkOutBytes: number | null;
  diskReadBytes: number | null;
  diskWriteBytes: number | null;
  /** Of the machine, where the home lies; null for pods. */
  diskUsedBytes: number | null;
  diskTotalBytes: number | null;
  /** Open at the gateway. */
  connections: number | null;
}

export interface MetricPoint extends MetricValues {
  /** Begin of the step, ISO 8601. */
  at: string;
}

export interface MetricSample {
  /** Pod id, or a platform subject. */
  subject: string;
  tenantId: string | null;
  values: MetricValues;
}

/** The begin of the step that holds an instant. */
export const stepOf = (at: Date, { seconds }: Pick<MetricTier, "seconds">): Date =>
  new Date(Math.floor(at.getTime() / (seconds * 1000)) * seconds * 1000);

/** Where in its ring a step lies. */
export const slotOf = (step: Date, { seconds, slots }: MetricTier): number => Math.floor(step.getTime() / (seconds * 1000)) % slots;

/** Steps of a tier that have ended since `before`, up to `now`; those that the finer tier no longer holds are left out. */
export function stepsEnded(tier: Exclude<MetricTier, { tier: 0 }>, before: Date, now: Date): Date[] {
  const finer = metricTiers[tier.tier - 1] as MetricTier;
  const oldest = now.getTime() - finer.seconds * finer.slots * 1000;
  const steps: Date[] = [];
  const stepMs = tier.seconds * 1000;
  for (let at = Math.max(stepOf(before, tier).getTime(), Math.ceil(oldest / stepMs) * stepMs); at + stepMs <= now.getTime(); at += stepMs)
    steps.push(new Date(at));
  return steps;
}

/** Figures that only grow, as read at one moment. */
export interface Counters {
  cpuSeconds: number;
  networkIn: number | null;
  networkOut: number | null;
  diskRead: number | null;
  diskWrite: number | null;
}

/** How fast they grew between two readings; null for the first, and where a counter began anew. */
export function ratesBetween(
  before: { at: number; counters: Counters } | null,
  now: { at: number; counters: Counters },
): Record<keyof Counters, number | null> {
  const seconds = before === null ? 0 : (now.at - before.at) / 1000;
  const rate = (key: keyof Counters): number | null => {
    const [from, to] = [before?.counters[key] ?? null, now.counters[key]];
    return seconds <= 0 || from === null || to === null || to < from ? null : (to - from) / seconds;
  };
  return {
    cpuSeconds: rate("cpuSeconds"),
    networkIn: rate("networkIn"),
    networkOut: rate("networkOut"),
    diskRead: rate("diskRead"),
    diskWrite: rate("diskWrite"),
  };
}
