import type { Readable } from "node:stream";
import { AppError, type ErrorCode, errorCodes, type Issue } from "@agentpod/core/errors";
import { Agent, type Dispatcher, request } from "undici";
import { lookupLocalhost } from "./lookup-localhost.ts";

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
  /** Sent as it is. */
  body?: Buffer | Readable;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Transport {
  readonly options: ClientOptions;
  /** The parsed JSON answer; undefined for 204. Throws AppError with the server's code, or `unavailable`. */
  json<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  /** The body as it is. Throws as `json` does. */
  text(method: string, path: string): Promise<string>;
  /** The body as a stream, without a time limit. Throws as `json` does. */
  stream(method: string, path: string, options?: RequestOptions): Promise<Readable>;
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

export function httpTransport(options: ClientOptions): Transport {
  const agent = new Agent({
    connect: { timeout: 10_000, ...(options.socketPath === undefined ? { lookup: lookupLocalhost } : { socketPath: options.socketPath }) },
    keepAliveTimeout: 4000,
  });

  async function send(method: string, path: string, asked: RequestOptions, bodyTimeout: number): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = { accept: "application/json", ...asked.headers };
    if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
    if (asked.json !== undefined) headers["content-type"] = "application/json";
    const body = asked.json === undefined ? (asked.body ?? null) : JSON.stringify(asked.json);
    let response: Dispatcher.ResponseData;
    try {
      response = await request(apiUrl(options.baseUrl, path, asked.query), {
        method: method as Dispatcher.HttpMethod,
        headers,
        body,
        dispatcher: agent,
        bodyTimeout,
        headersTimeout: 300_000,
        ...(asked.signal === undefined ? {} : { signal: asked.signal }),
      });
    } catch (cause) {
      throw unreachable(options, cause);
    }
    if (response.statusCode >= 400) throw errorOf(response.statusCode, await response.body.text());
    return response;
  }

  return {
    options,
    async json<T>(method: string, path: string, asked: RequestOptions = {}) {
      const response = await send(method, path, asked, 300_000);
      const text = await response.body.text();
      try {
        return (text === "" ? undefined : JSON.parse(text)) as T;
      } catch (cause) {
        throw new AppError("unavailable", `${options.baseUrl} does not answer like AgentPod; is the address right?`, { cause });
      }
    },
    async text(method, path) {
      return (await send(method, path, {}, 300_000)).body.text();
    },
    async stream(method, path, asked = {}) {
      return (await send(method, path, asked, 0)).body;
    },
    close: () => agent.destroy(),
  };
}

/** A connection that could not be made or broke, as `unavailable` with what to do. */
export function unreachable(options: ClientOptions, cause: unknown): AppError {
  const where = options.socketPath ?? options.baseUrl;
  return new AppError("unavailable", `AgentPod does not answer at ${where}; start it with npm start, or check the address`, { cause });
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
