import type { ServerResponse } from "node:http";
import { AppError } from "@agentpod/core/errors";
import { type LlmRefusalKind, llmErrorBody, llmRefusals } from "@agentpod/core/llm/llm-error";
import type { LlmDialect } from "@agentpod/core/llm/llm-provider";

/** Why a call is not answered by a provider. */
export class LlmRefusal extends AppError {
  readonly kind: LlmRefusalKind;
  /** For `Retry-After`; null: none. */
  readonly retryAfterSeconds: number | null;
  constructor(kind: LlmRefusalKind, message: string, more: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super("unavailable", message, { cause: more.cause });
    this.kind = kind;
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
  }
}

/** Anything thrown as a refusal; what strangers are not to see keeps its sentence to the log. */
export function refusalOf(thrown: unknown): LlmRefusal {
  if (thrown instanceof LlmRefusal) return thrown;
  if (thrown instanceof AppError && thrown.code === "invalid") return new LlmRefusal("invalid", thrown.message, { cause: thrown });
  if (thrown instanceof AppError && thrown.code === "unavailable")
    return new LlmRefusal("overloaded", "AgentPod cannot count calls at the moment; try again.", { cause: thrown, retryAfterSeconds: 1 });
  return new LlmRefusal("internal", "Internal error", { cause: thrown });
}

/** Says so in the caller's dialect; ends the connection where a body was not read. No effect once something was said. */
export function sendRefusal(response: ServerResponse, dialect: LlmDialect, refusal: LlmRefusal, requestId: string): void {
  if (response.headersSent || response.destroyed) return;
  const { kind, message, retryAfterSeconds } = refusal;
  const { status } = llmRefusals[kind];
  const text = JSON.stringify(llmErrorBody(dialect, kind, message, requestId));
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-request-id": requestId,
    ...(retryAfterSeconds !== null && { "retry-after": String(retryAfterSeconds) }),
    // The libraries of both dialects try 429 and 5xx again by themselves: of a budget that helps nobody.
    ...(["budget", "daily_budget"].includes(kind) && { "x-should-retry": "false" }),
    ...(!response.req.complete && { connection: "close" }),
  });
  response.end(text);
}
