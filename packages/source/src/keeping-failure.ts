import { AppError } from "@agentpod/core/errors";

/** What is thrown where a source could not be written here; an AppError stays what it is. */
export function keepingFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const isFull = ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
  if (isFull) return new AppError("unavailable", "The disk is full: the source was not kept.", { cause: error });
  return new AppError("internal", "the source could not be written", { cause: error });
}
