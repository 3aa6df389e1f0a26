import { RE2JS } from "re2js";
import type { Issue } from "./errors.ts";
import { nearest } from "./name.ts";
import type { TemplateInput } from "./template.ts";

/** A pattern that runs in linear time, for tenants write them and the server runs them; null when it is none. */
export function patternOf(pattern: string): { test(text: string): boolean } | null {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null;
  }
}

/** What is wrong with a value for an input; null when nothing is. Never repeats the value, which may be a secret. */
export function inputIssue(name: string, input: TemplateInput, value: unknown): Issue | null {
  const path = `inputs.${name}`;
  const expected = expectation(input, value);
  if (expected === null) return null;
  const options = input.type === "string" && typeof value === "string" && !input.secret ? input.enum : undefined;
  const close = options && nearest(String(value), options);
  return { path, expected, ...(close && { nearest: close }) };
}

function expectation(input: TemplateInput, value: unknown): string | null {
  switch (input.type) {
    case "string":
      return typeof value === "string" ? textExpectation(input, value) : "text";
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "integer":
      return Number.isSafeInteger(value) ? rangeExpectation(input, Number(value)) : "a whole number";
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? rangeExpectation(input, value) : "a number";
  }
}

function textExpectation(input: Extract<TemplateInput, { type: "string" }>, value: string): string | null {
  if (input.enum && !input.enum.includes(value)) return `one of ${input.enum.join(", ")}`;
  if (value.length < (input.minLength ?? 0)) return `at least ${input.minLength} characters`;
  if (value.length > (input.maxLength ?? 32_768)) return `at most ${input.maxLength ?? 32_768} characters`;
  if (value.includes("\0")) return "text without NUL characters";
  // A secret is put in last and never read again; all else is part of the spec, where braces would be read.
  if (!input.secret && input.generate === undefined && value.includes("{{")) return "text without {{";
  if (input.pattern !== undefined && !patternOf(input.pattern)?.test(value)) return `text that matches ${input.pattern}`;
  return null;
}

function rangeExpectation(input: { minimum?: number | undefined; maximum?: number | undefined }, value: number): string | null {
  if (input.minimum !== undefined && value < input.minimum) return `at least ${input.minimum}`;
  if (input.maximum !== undefined && value > input.maximum) return `at most ${input.maximum}`;
  return null;
}
