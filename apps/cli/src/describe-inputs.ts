import type { TemplateInput } from "@agentpod/core/template";
import { plainTable } from "./render-table.ts";

/** A template's inputs as a table, or a sentence. */
export function describeInputs(inputs: Record<string, TemplateInput>): string {
  const rows = Object.entries(inputs).map(([key, input]) => [key, input.type, need(input), input.description?.en ?? input.title?.en ?? ""]);
  return rows.length === 0 ? "It takes no inputs." : plainTable({ head: ["INPUT", "TYPE", "DEFAULT", "MEANING"], rows });
}

function need(input: TemplateInput): string {
  if (input.default !== undefined) return String(input.default);
  return input.type === "string" && input.generate !== undefined ? "generated" : "required";
}
