import { z } from "zod";
import { logLevels } from "../log-level.ts";

const counts = z.object({ error: z.int(), warn: z.int(), info: z.int(), debug: z.int(), other: z.int() });

/** What a pod's log said, in numbers. */
export const logSummaryView = z.object({
  /** ISO 8601; the first hour that is told of. */
  since: z.string(),
  /** Lines by level. */
  total: counts,
  /** Hours in which there were lines, oldest first. Also of lines that are no longer kept. */
  hours: z.array(z.object({ at: z.string(), counts })),
  /** What was said most often, without its times, numbers and ids; of lines that are kept. */
  patterns: z.array(z.object({ pattern: z.string(), level: z.enum(logLevels), count: z.int(), firstAt: z.string(), lastAt: z.string() })),
  /** Bytes of the log that are kept, and the most that may be. */
  keptBytes: z.int(),
  capBytes: z.int(),
});

export type LogSummaryView = z.infer<typeof logSummaryView>;
