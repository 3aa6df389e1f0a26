import { AppError, toAppError } from "@agentpod/core/errors";

/**
 * Ends in the first failure, also one that might pass: a step would be tried again for as long as it may take, and a pod that
 * stands still must not wait for a target that is away.
 */
export async function withoutWaiting<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== "unavailable") throw thrown;
    throw new AppError("unavailable", error.message, { fault: "user", cause: thrown });
  }
}
