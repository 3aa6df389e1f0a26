import { type AccessLogFilter, isLookedFor } from "@agentpod/core/access-log-filter";
import { AppError } from "@agentpod/core/errors";
import type { AccessLogLine } from "@agentpod/core/route-table";

/** Whether a line, as its JSON text, is one of those asked for. */
export type LineTest = (text: string) => boolean;

export interface LogQuery {
  tail: number;
  follow: boolean;
  isAsked: LineTest;
  /** Older lines are not asked for; null: all are. Milliseconds since 1970. */
  since: number | null;
}

const mostLines = 100_000;

/** Reads the query of `GET /logs`: route, tail, follow, and what is looked for. Throws `invalid` naming the parameter. */
export function readLogQuery(query: URLSearchParams): LogQuery {
  const tail = Number(query.get("tail") ?? "100");
  need(Number.isSafeInteger(tail) && tail >= 0 && tail <= mostLines, "tail", `a whole number from 0 to ${mostLines}`);
  const text = (name: string) => query.get(name) ?? undefined;
  const since = query.has("since") ? new Date(query.get("since") ?? "") : undefined;
  need(since === undefined || !Number.isNaN(since.getTime()), "since", "a time such as 2026-01-31T12:00:00Z");
  const status = text("status");
  need(status === undefined || /^[1-5](\d\d|xx)$/.test(status), "status", "a status such as 404, or a class such as 4xx");
  const filter: AccessLogFilter = {
    since,
    status,
    method: text("method")?.toUpperCase(),
    path: text("path"),
    client: text("client"),
    host: text("host")?.toLowerCase(),
  };
  return {
    tail,
    follow: query.get("follow") === "true",
    isAsked: lineTest(query.get("route"), filter),
    since: since?.getTime() ?? null,
  };
}

/** A test for the lines of a route (null: of all) that fit the filter. */
export function lineTest(route: string | null, filter: AccessLogFilter = {}): LineTest {
  const { method, ...others } = filter;
  // Quotes in values are escaped, so these texts can only be the fields themselves.
  const parts = [part("route", route), part("method", method)].filter((text) => text !== null);
  const isOf: LineTest = (text) => parts.every((wanted) => text.includes(wanted));
  if (Object.values(others).every((value) => value === undefined)) return isOf;
  return (text) => isOf(text) && isLookedFor(JSON.parse(text) as AccessLogLine, others);
}

const part = (name: string, value: string | null | undefined): string | null =>
  value === null || value === undefined ? null : `"${name}":${JSON.stringify(value)},`;

function need(isRight: boolean, name: string, expected: string): asserts isRight {
  if (!isRight) throw new AppError("invalid", `${name} must be ${expected}.`, { issues: [{ path: name, expected }] });
}
