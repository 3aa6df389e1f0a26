import { z } from "zod";
import type { AccessLogLine } from "../route-table.ts";

/** What lines of the access log are looked for; all of it must fit. */
export interface AccessLogFilter {
  since?: Date | undefined;
  /** `404`, or a class such as `4xx`. */
  status?: string | undefined;
  method?: string | undefined;
  /** Part of the path. */
  path?: string | undefined;
  /** Client address. */
  client?: string | undefined;
  host?: string | undefined;
}

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

/** Whether a line is one of those looked for. */
export function isLookedFor(line: AccessLogLine, filter: AccessLogFilter): boolean {
  const { since, status, method, path, client, host } = filter;
  return (
    (since === undefined || Date.parse(line.at) >= since.getTime()) &&
    (status === undefined || (status.endsWith("xx") ? String(line.status)[0] === status[0] : String(line.status) === status)) &&
    (method === undefined || line.method === method) &&
    (path === undefined || line.path.includes(path)) &&
    (client === undefined || line.client === client) &&
    (host === undefined || line.host.toLowerCase() === host)
  );
}
