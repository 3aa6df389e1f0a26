import type { LlmDialect } from "@agentpod/core/llm/llm-provider";

/** Models as the list of either dialect has them. */
export function modelList(dialect: LlmDialect, names: readonly string[]): object {
  if (dialect === "openai") return { object: "list", data: names.map((id) => ({ id, object: "model", created: 0, owned_by: "agentpod" })) };
  const data = names.map((id) => ({ type: "model", id, display_name: id, created_at: "1970-01-01T00:00:00Z" }));
  return { data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null };
}
