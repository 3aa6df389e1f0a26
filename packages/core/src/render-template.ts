import { invalidInput, pathText } from "./draft-issues.ts";
import type { Issue } from "./errors.ts";
import { nearest } from "./name.ts";
import { productRules } from "./products/product-rules.ts";
import { placeholdersIn, replacePlaceholders } from "./render-unit.ts";
import type { Template, TemplateInput } from "./template.ts";
import { inputIssue } from "./template-input.ts";

/** What an earlier rendering left behind, for an update. */
export interface Rendered {
  /** Without secrets. */
  inputs: Record<string, unknown>;
  /** Names of the secrets that are stored. */
  secrets: readonly string[];
}

export interface TemplateRendering {
  /** The template's spec with inputs filled in; not yet checked as a PodSpec. */
  spec: Record<string, unknown>;
  /** All inputs, defaults too, without secrets. */
  inputs: Record<string, unknown>;
  /** To be stored; on an update only those that are new or given again. */
  secrets: Record<string, string>;
}

/**
 * Fills a template's inputs in. Values not given are those of `previous`, then the defaults; null asks for the default.
 * A secret's `{{ inputs.x }}` becomes `{{ secrets.x }}`; a stored secret that is not given is neither generated anew nor
 * returned. A template of a product is made whole by that product's rules. Throws `invalid` with every issue at once.
 */
export function renderTemplate(
  template: Pick<Template, "inputs" | "spec" | "product">,
  given: Record<string, unknown>,
  generatePassword: () => string,
  previous: Rendered | null = null,
): TemplateRendering {
  const issues = unknownInputs(template, given);
  const inputs: Record<string, unknown> = {};
  const secrets: Record<string, string> = {};
  for (const [name, input] of Object.entries(template.inputs)) {
    const asked = Object.hasOwn(given, name) ? given[name] : undefined;
    const secret = isSecret(input);
    if (secret && (asked === undefined || asked === null) && previous?.secrets.includes(name)) continue;
    const value = asked ?? kept(name, input, asked, previous) ?? input.default ?? (generates(input) ? generatePassword() : undefined);
    const issue =
      value === undefined ? { path: `inputs.${name}`, expected: "a value, for it has no default" } : inputIssue(name, input, value);
    if (issue) issues.push(issue);
    else if (secret) secrets[name] = String(value);
    else inputs[name] = value;
  }
  if (issues.length > 0) throw invalidInput(issues);
  const spec = fillInputs(template.spec, "spec", { declared: template.inputs, inputs, issues }, false);
  if (issues.length > 0) throw invalidInput(issues);
  const rendering = { spec: spec as Record<string, unknown>, inputs, secrets };
  return template.product ? (productRules[template.product.name]?.complete(template.product.facts, rendering) ?? rendering) : rendering;
}

export function isSecret(input: TemplateInput): boolean {
  return input.type === "string" && (input.secret || input.generate !== undefined);
}

function generates(input: TemplateInput): boolean {
  return input.type === "string" && input.generate === "password";
}

/** An earlier value that a newer version of the template no longer admits is told like one given now. */
function kept(name: string, input: TemplateInput, asked: unknown, previous: Rendered | null): unknown {
  return asked === null || isSecret(input) || !previous || !Object.hasOwn(previous.inputs, name) ? undefined : previous.inputs[name];
}

function unknownInputs(template: Pick<Template, "inputs">, given: Record<string, unknown>): Issue[] {
  const known = Object.keys(template.inputs);
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const close = nearest(key, known);
      const expected = known.length > 0 ? `one of the template's inputs ${known.join(", ")}` : "nothing, for the template has no inputs";
      return { path: `inputs.${key}`, expected, ...(close && { nearest: close }) };
    });
}

const whole = /^\{\{\s*inputs\.([^{}\s]+)\s*\}\}$/;

/** Below these all is text: `PORT: "{{ inputs.port }}"` is "8080", not 8080. */
const textOnly = ["env", "args", "entrypoint", "command", "argv"];

interface Filling {
  declared: Template["inputs"];
  inputs: Record<string, unknown>;
  issues: Issue[];
}

function fillInputs(value: unknown, path: string, filling: Filling, asText: boolean): unknown {
  if (typeof value === "string") return fillText(value, path, filling, asText);
  if (Array.isArray(value)) return value.map((item, i) => fillInputs(item, `${path}[${i}]`, filling, asText));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    fillInputs(item, pathText([key], path), filling, asText || textOnly.includes(key)),
  ]);
  return Object.fromEntries(entries);
}

function fillText(text: string, path: string, { declared, inputs, issues }: Filling, asText: boolean): unknown {
  for (const name of inputNames(text)) {
    if (Object.hasOwn(declared, name)) continue;
    const close = nearest(name, Object.keys(declared));
    issues.push({
      path,
      expected: `an input that the template declares, not {{ inputs.${name} }}`,
      ...(close && { nearest: `{{ inputs.${close} }}` }),
    });
    return text;
  }
  const only = whole.exec(text)?.[1];
  if (!asText && only !== undefined && Object.hasOwn(inputs, only)) return inputs[only];
  return replacePlaceholders(text, (placeholder) => {
    if (!placeholder.startsWith("inputs.")) return `{{ ${placeholder} }}`;
    const name = placeholder.slice("inputs.".length);
    return Object.hasOwn(inputs, name) ? String(inputs[name]) : `{{ secrets.${name} }}`;
  });
}

function inputNames(text: string): string[] {
  return placeholdersIn(text)
    .filter((placeholder) => placeholder === "inputs" || placeholder.startsWith("inputs."))
    .map((placeholder) => placeholder.slice("inputs.".length));
}
