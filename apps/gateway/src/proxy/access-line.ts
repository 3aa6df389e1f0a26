import type { AccessLogLine } from "@agentpod/core/route-table";
import type { RequestTarget } from "../routing/request-target.ts";
import type { ClientRequest } from "./client.ts";

type Outcome = Pick<AccessLogLine, "route" | "status" | "bytesIn" | "bytesOut" | "client" | "upstream" | "error">;

/** The log's line about a request that began at `startedAt` (milliseconds since 1970) and has ended now. */
export function accessLine(request: ClientRequest, target: RequestTarget, startedAt: number, outcome: Outcome): AccessLogLine {
  const query = target.path.indexOf("?");
  return {
    at: isoTime(startedAt),
    route: outcome.route,
    host: target.host,
    method: request.method ?? "",
    protocol: protocolOf(request),
    path: query === -1 ? target.path : target.path.slice(0, query),
    status: outcome.status,
    bytesIn: outcome.bytesIn,
    bytesOut: outcome.bytesOut,
    milliseconds: Date.now() - startedAt,
    client: outcome.client,
    upstream: outcome.upstream,
    error: outcome.error,
  };
}

let last = { at: 0, text: "" };

/** Many requests begin in the same millisecond. */
function isoTime(at: number): string {
  if (last.at !== at) last = { at, text: new Date(at).toISOString() };
  return last.text;
}

function protocolOf({ httpVersionMajor, httpVersionMinor, socket }: ClientRequest): NonNullable<AccessLogLine["protocol"]> {
  if (httpVersionMajor === 2) return "https/2";
  if ("encrypted" in socket) return "https/1.1";
  return httpVersionMinor === 0 ? "http/1.0" : "http/1.1";
}
