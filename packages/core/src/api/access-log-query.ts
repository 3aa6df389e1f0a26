import { z } from "zod";
import type { AccessLogFilter } from "../access-log-filter.ts";

/** The filter as a query string has it. */
export const accessLogFilter = z.strictObject({
  since: z.iso
    .datetime({ offset: true, message: "a time such as 2026-01-31T12:00:00Z" })
    .transform((text) => new Date(text))
    .optional(),
  status: z
    .string()
    .regex(/^[1-5](\d\d|xx)$/, "a status such as 404, or a class such as 4xx")
    .optional(),
  method: z
    .string()
    .regex(/^[A-Za-z]{1,20}$/, "a method such as GET")
    .transform((text) => text.toUpperCase())
    .optional(),
  path: z.string().min(1).max(1024).optional(),
  client: z.string().min(1).max(50).optional(),
  host: z
    .string()
    .min(1)
    .max(253)
    .transform((text) => text.toLowerCase())
    .optional(),
}) satisfies z.ZodType<AccessLogFilter>;
