import type { LlmPrice } from "./llm-provider.ts";

/** What a call took. The four do not overlap: what was read from a cache is not part of `input`. */
export interface LlmTokens {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export const noTokens: LlmTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export const allTokens = ({ input, output, cacheRead, cacheWrite }: LlmTokens): number => input + output + cacheRead + cacheWrite;

/** Billionths of the price's unit, so that the cheapest token is a whole number; 0 where no price is known. */
export function costNano(tokens: LlmTokens, price: LlmPrice | null): number {
  if (price === null) return 0;
  const perMillion =
    tokens.input * price.input + tokens.output * price.output + tokens.cacheRead * price.cacheRead + tokens.cacheWrite * price.cacheWrite;
  return Math.round(perMillion * 1000);
}

/** What of a usage report is known so far; a stream tells it in pieces. */
export type SeenTokens = Partial<LlmTokens>;

/**
 * The usage that an OpenAI-compatible provider reports: of chat, completions and embeddings (`prompt_tokens`) or of responses
 * (`input_tokens`). Null where it is no such report. Its input counts what came from the cache, ours does not.
 */
export function openaiUsage(value: unknown): LlmTokens | null {
  const usage = asRecord(value);
  const prompt = count(usage?.prompt_tokens) ?? count(usage?.input_tokens);
  if (usage === null || prompt === null) return null;
  const details = asRecord(usage.prompt_tokens_details) ?? asRecord(usage.input_tokens_details);
  const cacheRead = Math.min(count(details?.cached_tokens) ?? 0, prompt);
  const output = count(usage.completion_tokens) ?? count(usage.output_tokens) ?? 0;
  return { input: prompt - cacheRead, output, cacheRead, cacheWrite: 0 };
}

/** The parts of an Anthropic usage report that are there; null where it is none. Later ones of a stream stand for the whole so far. */
export function anthropicUsage(value: unknown): SeenTokens | null {
  const usage = asRecord(value);
  if (usage === null) return null;
  const seen: SeenTokens = {};
  const put = (key: keyof LlmTokens, found: number | null): void => {
    if (found !== null) seen[key] = found;
  };
  put("input", count(usage.input_tokens));
  put("output", count(usage.output_tokens));
  put("cacheRead", count(usage.cache_read_input_tokens));
  put("cacheWrite", count(usage.cache_creation_input_tokens));
  return Object.keys(seen).length === 0 ? null : seen;
}

/** A JSON object; null for everything else. */
export function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

/** Above this no provider reports honestly; sums stay exact. */
const most = 1e10;
const count = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 && value <= most ? Math.round(value) : null;
