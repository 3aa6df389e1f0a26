import type { TemplateInput } from "@agentpod/core/template";

/** What is in the form's fields: text as typed, or whether a box is ticked. Undefined: left alone. */
export type FieldValues = Record<string, string | boolean | undefined>;

/** What the fields hold at first: values as they are, else defaults. Secrets are never known. */
export function firstValues(inputs: Record<string, TemplateInput>, current: Record<string, unknown> = {}): FieldValues {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => {
      const value = current[name] ?? input.default;
      if (input.type === "boolean") return [name, value === true];
      if (input.type === "string" && (input.secret || input.generate !== undefined)) return [name, undefined];
      return [name, value === undefined ? undefined : String(value)];
    }),
  );
}

/** The fields as the API takes them: what was left alone is not sent; a number that is none goes as typed, and the API says so. */
export function inputsOf(inputs: Record<string, TemplateInput>, values: FieldValues): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(inputs)) {
    const value = values[name];
    if (value === undefined || (value === "" && (input.type !== "string" || input.secret || input.generate !== undefined))) continue;
    const number = Number(value);
    const isNumber = input.type === "integer" || input.type === "number";
    sent[name] = isNumber && Number.isFinite(number) ? number : value;
  }
  return sent;
}

/** An input that must be given: it has neither a default nor a generator. */
export const isRequired = (input: TemplateInput): boolean =>
  input.default === undefined && !(input.type === "string" && input.generate !== undefined);
