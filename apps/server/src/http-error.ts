import type { ErrorBody } from "@agentpod/core/api/error-body";
import { AppError, type ErrorCode, toAppError } from "@agentpod/core/errors";

/** `quota_exceeded` is 429: more of it is possible later, or after something else has gone. */
const statusOf = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  quota_exceeded: 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** A body over the limit: 413, the one case that no code of its own stands for. */
export class BodyTooLarge extends AppError {
  constructor(limitBytes: number) {
    super("invalid", `the body is larger than ${limitBytes} bytes`);
  }
}

/** Too many failed attempts: `Retry-After` says when the next one is looked at. */
export class TooManyAttempts extends AppError {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super("quota_exceeded", `too many failed logins from this address; try again in ${retryAfterSeconds} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface HttpError {
  status: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503;
  body: ErrorBody;
  headers: Record<string, string>;
  /** For the log; the client sees `body` alone. */
  error: AppError;
}

/** What a stranger gets for anything thrown. An `internal` error keeps its sentence to the log. */
export function httpError(thrown: unknown, requestId: string): HttpError {
  const error = toAppError(thrown);
  const internal = error.code === "internal";
  const headers: Record<string, string> = {};
  if (error.code === "unauthenticated") headers["www-authenticate"] = 'Bearer realm="agentpod"';
  if (error.code === "unavailable") headers["retry-after"] = "1";
  if (error instanceof TooManyAttempts) headers["retry-after"] = String(error.retryAfterSeconds);
  return {
    status: error instanceof BodyTooLarge ? 413 : statusOf[error.code],
    headers,
    error,
    body: {
      error: { code: error.code, message: internal ? "Internal error" : error.message, issues: internal ? [] : error.issues, requestId },
    },
  };
}

/** The cause chain of an error, outermost first, for the log. */
export function causeChain(error: unknown): string[] {
  const chain: string[] = [];
  for (let at = error; at !== undefined && at !== null && chain.length < 10; at = at instanceof Error ? at.cause : undefined) {
    chain.push(at instanceof Error ? (at.stack ?? at.message) : String(at));
  }
  return chain;
}
