import { AppError, type ErrorCode, errorCodes, type Issue } from "@agentpod/core/errors";
import type { CertificateSet, Challenge } from "@agentpod/core/gateway-tls";
import type { AccessLogQuery, RouteTable, Upstream } from "@agentpod/core/route-table";

/** A request to the gateway's control socket. */
export interface ControlRequest {
  method: "GET" | "PUT" | "POST";
  path: string;
  /** Pieces of one that is too large to be made at once. */
  body: string | Iterable<string> | null;
}

export interface ProbeTarget {
  host: string;
  path: string;
  timeoutSeconds: number;
}

export const applyRequest = (table: RouteTable): ControlRequest => ({ method: "PUT", path: "/table", body: JSON.stringify(table) });

/** As lines of JSON, `{version, count}` first: the gateway reads and checks them without stopping its traffic. */
export const certificatesRequest = (set: CertificateSet): ControlRequest => ({
  method: "PUT",
  path: "/certificates",
  body: certificateLines(set),
});

function* certificateLines(set: CertificateSet): Generator<string> {
  yield `${JSON.stringify({ version: set.version, count: set.certificates.length })}\n`;
  for (const certificate of set.certificates) yield `${JSON.stringify(certificate)}\n`;
}

export const challengesRequest = (challenges: readonly Challenge[]): ControlRequest => ({
  method: "PUT",
  path: "/challenges",
  body: JSON.stringify(challenges),
});

export const observeRequest: ControlRequest = { method: "GET", path: "/observe", body: null };

export const watchRequest: ControlRequest = { method: "GET", path: "/watch", body: null };

export const probeRequest = (upstream: Upstream, request: ProbeTarget): ControlRequest => ({
  method: "POST",
  path: "/probe",
  body: JSON.stringify({ upstream, request }),
});

export function logsRequest(query: Omit<AccessLogQuery, "signal">): ControlRequest {
  const { route, tail, follow, since, ...texts } = query;
  const parameters = new URLSearchParams({ tail: String(tail), follow: String(follow) });
  if (route !== null) parameters.set("route", route);
  if (since !== undefined) parameters.set("since", since.toISOString());
  for (const name of ["status", "method", "path", "client", "host"] as const) {
    const text = texts[name];
    if (text !== undefined) parameters.set(name, text);
  }
  return { method: "GET", path: `/logs?${parameters}`, body: null };
}

/** The gateway's refusal as it was meant; anything that is no refusal of ours becomes `unavailable`. */
export function refusal(status: number, body: string): AppError {
  const error = parsed(body)?.error;
  if (!error || !isCode(error.code) || typeof error.message !== "string")
    return new AppError("unavailable", `The gateway answered its control plane with status ${status}. Restart AgentPod if this lasts.`);
  return new AppError(error.code, error.message, { issues: error.issues ?? [] });
}

interface Refusal {
  error?: { code?: unknown; message?: unknown; issues?: Issue[] };
}

function parsed(body: string): Refusal | null {
  try {
    return JSON.parse(body) as Refusal;
  } catch {
    return null;
  }
}

const isCode = (value: unknown): value is ErrorCode => errorCodes.includes(value as ErrorCode);
