import type { AccessLogLine } from "./route-table.ts";

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
  /** Lower case. */
  host?: string | undefined;
}

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
