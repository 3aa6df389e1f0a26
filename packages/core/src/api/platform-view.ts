import { z } from "zod";
import type { AccessLogLine } from "../route-table.ts";

/** One step the reconciler would take or has taken. */
export const plannedAction = z.object({ pod: z.string(), kind: z.string(), detail: z.string() });

/** One line of `doctor`: what was looked at, and what to do about it. */
export const doctorLine = z.object({
  check: z.string(),
  status: z.enum(["ok", "warning", "failed"]),
  message: z.string(),
  advice: z.string().nullable(),
});

export const platformHealth = z.object({ status: z.enum(["ok", "degraded"]), message: z.string() });

export const accessLogLine = z.object({
  at: z.string(),
  route: z.string().nullable(),
  host: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  milliseconds: z.number(),
  client: z.string(),
  upstream: z.string().nullable(),
  error: z.string().nullable(),
}) satisfies z.ZodType<AccessLogLine>;

export type PlannedAction = z.infer<typeof plannedAction>;
export type DoctorLine = z.infer<typeof doctorLine>;
export type PlatformHealth = z.infer<typeof platformHealth>;
