import type { LlmDialect } from "./llm-provider.ts";

/** Why the proxy itself does not answer a call; a provider's own errors pass as they are. */
export const llmRefusals = {
  invalid: { status: 400, openai: "invalid_request_error", anthropic: "invalid_request_error" },
  unauthenticated: { status: 401, openai: "authentication_error", anthropic: "authentication_error" },
  budget: { status: 402, openai: "insufficient_quota", anthropic: "billing_error" },
  no_model: { status: 404, openai: "invalid_request_error", anthropic: "not_found_error" },
  not_found: { status: 404, openai: "invalid_request_error", anthropic: "not_found_error" },
  too_large: { status: 413, openai: "invalid_request_error", anthropic: "request_too_large" },
  daily_budget: { status: 429, openai: "insufficient_quota", anthropic: "rate_limit_error" },
  internal: { status: 500, openai: "server_error", anthropic: "api_error" },
  unreachable: { status: 502, openai: "server_error", anthropic: "api_error" },
  overloaded: { status: 503, openai: "server_error", anthropic: "overloaded_error" },
  too_late: { status: 504, openai: "server_error", anthropic: "timeout_error" },
} as const;

export type LlmRefusalKind = keyof typeof llmRefusals;

const openaiCodes: Partial<Record<LlmRefusalKind, string>> = {
  unauthenticated: "invalid_api_key",
  budget: "insufficient_quota",
  daily_budget: "insufficient_quota",
  no_model: "model_not_found",
};

/** The error as the caller's library reads it. */
export function llmErrorBody(dialect: LlmDialect, kind: LlmRefusalKind, message: string, requestId: string): object {
  const type = llmRefusals[kind][dialect];
  if (dialect === "anthropic") return { type: "error", error: { type, message }, request_id: requestId };
  return { error: { message, type, param: kind === "no_model" ? "model" : null, code: openaiCodes[kind] ?? null } };
}
