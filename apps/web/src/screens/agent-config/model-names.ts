import type { LlmProviderView } from "@agentpod/core/api/llm-view";

/** Names of models that providers have for the language an agent speaks, each once, without `*`. */
export function modelNames(providers: readonly LlmProviderView[], api: string): string[] {
  const dialect = api === "anthropic-messages" ? "anthropic" : "openai";
  const names = providers.filter((one) => one.dialect === dialect).flatMap(({ models }) => models.map(({ name }) => name));
  return [...new Set(names)].filter((name) => name !== "*").sort();
}
