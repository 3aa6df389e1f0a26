import { z } from "zod";
import { type MetricPoint, metricRanges, platformSubjects } from "../metric.ts";

const figure = z.number().nullable();

export const metricPoint = z.object({
  at: z.string(),
  cpuCores: figure,
  cpuCoresMax: figure,
  memoryBytes: figure,
  memoryBytesMax: figure,
  memoryLimitBytes: figure,
  /** Bytes per second, as all that follow up to `diskUsedBytes`. */
  networkInBytes: figure,
  networkOutBytes: figure,
  diskReadBytes: figure,
  diskWriteBytes: figure,
  diskUsedBytes: figure,
  diskTotalBytes: figure,
  connections: figure,
}) satisfies z.ZodType<MetricPoint>;

export const metricsView = z.object({
  range: z.enum(metricRanges),
  /** Between points. */
  stepSeconds: z.number(),
  /** Oldest first; steps in which nothing was measured are left out. */
  points: z.array(metricPoint),
});

export const platformMetricsView = z.record(z.enum(platformSubjects), metricsView);

export type MetricsView = z.infer<typeof metricsView>;
export type PlatformMetricsView = z.infer<typeof platformMetricsView>;
