import type { Readable } from "node:stream";
import { AppError, type ErrorCode, errorCodes, type Issue } from "@agentpod/core/errors";

export interface ClientOptions {
  /** Where the API answers, e.g. `https://pods.example.com`; with a socket it only gives the Host header. */
  baseUrl: string;
  socketPath?: string;
  token?: string;
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; a Blob by pages alone. */
  body?: Buffer | Readable | Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Transport {
  readonly options: ClientOptions;
  /** The parsed JSON answer; undefined for 204. Throws AppError with the server's code, or `unavailable`. */
  json<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  /** The body as it is. Throws as `json` does. */
  text(method: string, path: string): Promise<string>;
  /** The body in pieces, without a time limit. Throws as `json` does; breaks off with any error. */
  stream(method: string, path: string, options?: RequestOptions): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

const apiBase = "/api/v1";

/** The full URL of an API path. */
export function apiUrl(baseUrl: string, path: string, query: RequestOptions["query"] = {}): URL {
  const url = new URL(`${apiBase}${path}`, baseUrl);
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== false) url.searchParams.set(key, String(value));
  }
  return url;
}

/** A connection that could not be made or broke, as `unavailable` with what to do. */
export function unreachable(options: ClientOptions, cause: unknown): AppError {
  const where = options.socketPath ?? options.baseUrl;
  return new AppError("unavailable", `AgentPod does not answer at ${where}; start it with npm start, or check the address`, { cause });
}

/** A body to its end. A connection that breaks on the way is `unavailable`, as one that could not be made. */
export async function wholeText(options: ClientOptions, body: { text(): Promise<string> }): Promise<string> {
  try {
    return await body.text();
  } catch (cause) {
    throw unreachable(options, cause);
  }
}

const codeOfStatus: Record<number, ErrorCode> = {
  400: "invalid",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  413: "invalid",
  429: "quota_exceeded",
  500: "internal",
};

/** The AppError that an answer stands for, also when something between us and the server made it. */
export function errorOf(status: number, text: string): AppError {
  const fallback = codeOfStatus[status] ?? (status >= 500 ? "unavailable" : "invalid");
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; issues?: Issue[]; requestId?: string } };
    const code = errorCodes.find((known) => known === error.code) ?? fallback;
    const suffix = code === "internal" && error.requestId !== undefined ? ` (request ${error.requestId}; see the server's log)` : "";
    return new AppError(code, `${error.message}${suffix}`, { issues: error.issues ?? [] });
  } catch {
    return new AppError(fallback, `the server answered with status ${status}`);
  }
}
