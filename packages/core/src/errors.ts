/** The only error codes of AgentPod; `http-status.ts` maps them to HTTP. */
export const errorCodes = [
  "invalid",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "quota_exceeded",
  "unavailable",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One thing wrong with an input: where, what was expected, and the nearest valid name if one is close. */
export interface Issue {
  path: string;
  expected: string;
  nearest?: string;
}

export interface AppErrorOptions {
  cause?: unknown;
  issues?: Issue[];
  /** Who can mend it. Only `system` + `unavailable` is retried without a change by the user. */
  fault?: "user" | "system";
}

/** An error with a code and a sentence that is safe to show to the person who made the request. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly issues: Issue[];
  readonly fault: "user" | "system";

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.issues = options.issues ?? [];
    this.fault = options.fault ?? (code === "unavailable" || code === "internal" ? "system" : "user");
  }
}

/** Wraps anything thrown into an AppError; an AppError passes unchanged, all else becomes `internal`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError("internal", message, { cause: thrown });
}
