import type { ErrorBody } from "@agentpod/core/api/error-body";
import { AppError, toAppError } from "@agentpod/core/errors";
import { httpStatus } from "@agentpod/core/http-status";

/** A body over the limit: 413, the one case that no code of its own stands for. */
export class BodyTooLarge extends AppError {
  constructor(limitBytes: number, message = `the body is larger than ${limitBytes} bytes`) {
    super("invalid", message);
  }
}

/** Too many failed attempts: `Retry-After` says when the next one is looked at. */
export class TooManyAttempts extends AppError {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super("quota_exceeded", `too many attempts from this address; try again in ${retryAfterSeconds} s`);
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
    status: error instanceof BodyTooLarge ? 413 : httpStatus[error.code],
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
