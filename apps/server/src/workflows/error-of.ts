import type { AppError } from "@agentpod/core/errors";
import type { OperationError } from "@agentpod/core/operation";

/** An error as an operation keeps it. What strangers may not read of it (an internal one's words) stays in the log. */
export function errorOf(error: AppError): OperationError {
  const message = error.code === "internal" ? "Something went wrong inside AgentPod; its log says what." : error.message;
  return { code: error.code, message, ...(error.issues.length > 0 && { issues: error.issues }) };
}
