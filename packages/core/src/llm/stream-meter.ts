import { byteTokens, textBytes, utf8Bytes } from "./estimate-tokens.ts";
import type { LlmDialect } from "./llm-provider.ts";
import { anthropicUsage, asRecord, type LlmTokens, noTokens, openaiUsage, type SeenTokens } from "./llm-tokens.ts";

/** What an answer has told of its usage so far. */
export interface MeterState {
  seen: SeenTokens;
  /** Bytes of text that came, for an answer that ends without telling. */
  outputBytes: number;
  /** Whether the last word on the output was said. */
  isWhole: boolean;
}

export const newMeter = (): MeterState => ({ seen: {}, outputBytes: 0, isWhole: false });

/** Takes in a whole answer that was not streamed. */
export function meterAnswer(dialect: LlmDialect, answer: unknown): MeterState {
  const usage = asRecord(answer)?.usage;
  const seen = dialect === "openai" ? openaiUsage(usage) : anthropicUsage(usage);
  return { seen: seen ?? {}, outputBytes: seen === null ? textBytes(answer) : 0, isWhole: seen !== null };
}

/** Takes in the data of one event of a stream; gives the state after it. */
export function meterEvent(dialect: LlmDialect, state: MeterState, data: unknown): MeterState {
  const event = asRecord(data);
  if (event === null) return state;
  return dialect === "openai" ? meterOpenai(state, event) : meterAnthropic(state, event);
}

function meterOpenai(state: MeterState, event: Record<string, unknown>): MeterState {
  // Of chat and completions, or of the events of responses.
  const usage = openaiUsage(event.usage) ?? openaiUsage(asRecord(event.response)?.usage);
  if (usage !== null) return { ...state, seen: usage, isWhole: true };
  const choices = Array.isArray(event.choices) ? event.choices : [];
  const told = typeof event.delta === "string" ? utf8Bytes(event.delta) : 0;
  const grown = choices.reduce((sum: number, choice) => sum + textBytes(asRecord(choice)?.delta) + textBytes(asRecord(choice)?.text), told);
  return grown === 0 ? state : { ...state, outputBytes: state.outputBytes + grown };
}

function meterAnthropic(state: MeterState, event: Record<string, unknown>): MeterState {
  const usage = anthropicUsage(asRecord(event.message)?.usage) ?? anthropicUsage(event.usage);
  const seen = usage === null ? state.seen : { ...state.seen, ...usage };
  const grown = event.type === "content_block_delta" ? textBytes(event.delta) : 0;
  return { seen, outputBytes: state.outputBytes + grown, isWhole: state.isWhole || (event.type === "message_delta" && usage !== null) };
}

/** What is counted in the end. What the provider did not tell is estimated: the input from the request, the output from what came. */
export function meteredTokens(state: MeterState, inputEstimate: number): { tokens: LlmTokens; isEstimated: boolean } {
  const { seen, outputBytes, isWhole } = state;
  const hasInput = seen.input !== undefined;
  const output = isWhole ? (seen.output ?? 0) : Math.max(seen.output ?? 0, byteTokens(outputBytes));
  return { tokens: { ...noTokens, ...seen, input: seen.input ?? inputEstimate, output }, isEstimated: !isWhole || !hasInput };
}

/**
 * An event of an OpenAI stream without the usage that its caller did not ask for. Null: there is nothing else in it. The same
 * object: nothing to take out.
 */
export function withoutUsage(event: Record<string, unknown>): Record<string, unknown> | null {
  if (!("usage" in event)) return event;
  const { usage: _, ...rest } = event;
  return Array.isArray(rest.choices) && rest.choices.length === 0 && asRecord(event.usage) !== null ? null : rest;
}
