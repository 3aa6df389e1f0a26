import { AppError, type AppErrorOptions, type ErrorCode } from "@agentpod/core/errors";

/** What an authority refused or could not do, with the sentence for people. */
export class AcmeError extends AppError {
  /** Not before, as the authority said; null: it said nothing. */
  readonly retryAt: Date | null;
  /** Last part of the problem's type, e.g. `unauthorized`; null where there was no problem document. */
  readonly problem: string | null;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions & { retryAt?: Date | null; problem?: string | null } = {}) {
    super(code, message, options);
    this.name = "AcmeError";
    this.retryAt = options.retryAt ?? null;
    this.problem = options.problem ?? null;
  }
}
