import { AppError } from "@agentpod/core/errors";
import type { TemplateInput } from "@agentpod/core/template";

/**
 * `key=value` pairs as template inputs, typed by the template: `5` is a number only for a number input. Without a
 * declaration the text stays text, and the server says what it expects. Throws `invalid` for a pair without `=`.
 */
export function parseInputs(pairs: readonly string[], declared: Record<string, TemplateInput> = {}): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new AppError("invalid", `--input ${pair.slice(0, 40)}: write key=value`);
      const key = pair.slice(0, at);
      return [key, typed(pair.slice(at + 1), declared[key]?.type)];
    }),
  );
}

function typed(text: string, type: TemplateInput["type"] | undefined): unknown {
  if ((type === "integer" || type === "number") && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
