import { invalidInput, parseInput } from "./draft-issues.ts";
import { referenceIssues } from "./draft-references.ts";
import type { Issue } from "./errors.ts";
import { podSpec } from "./pod-spec.ts";
import { checkPolicy, checkSpecPolicy } from "./policy-check.ts";
import { isSecret, renderTemplate } from "./render-template.ts";
import { type Template, type TemplateInput, templateSpec } from "./template.ts";
import { inputIssue, patternOf } from "./template-input.ts";

/**
 * A template as given (its folders packed already), checked as far as it can be before anyone gives inputs: shape, policy,
 * inputs whose defaults fit, and the spec as it comes out with defaults (a stand-in where an input has none).
 * Throws `invalid` or `forbidden` with all paths.
 */
export function checkTemplate(given: unknown): Template {
  checkPolicy(specOf(given), "spec");
  const template = parseInput(templateSpec, given);
  const issues = Object.entries(template.inputs).flatMap(([name, input]) => declarationIssues(name, input));
  if (issues.length > 0) throw invalidInput(issues);
  const { spec } = renderTemplate(withStandIns(template), {}, () => "generated");
  const parsed = parseInput(podSpec, spec, "spec");
  checkSpecPolicy(parsed);
  const secrets = Object.entries(template.inputs).flatMap(([name, input]) => (isSecret(input) ? [name] : []));
  const wrong = referenceIssues(parsed, secrets);
  if (wrong.length > 0) throw invalidInput(wrong);
  return template;
}

function specOf(given: unknown): unknown {
  return given !== null && typeof given === "object" && "spec" in given ? given.spec : undefined;
}

function declarationIssues(name: string, input: TemplateInput): Issue[] {
  const path = `inputs.${name}`;
  if (input.type === "string" && input.pattern !== undefined && !patternOf(input.pattern))
    return [{ path: `${path}.pattern`, expected: "a regular expression without look-around and back-references" }];
  const issue = input.default === undefined ? null : inputIssue(name, input, input.default);
  return issue ? [{ ...issue, path: `${path}.default` }] : [];
}

/** With a default for each input, so that the rest of the spec can be checked. */
function withStandIns(template: Template): Template {
  const inputs = Object.entries(template.inputs).map(([name, input]) => [name, input.default === undefined ? standIn(input) : input]);
  return { ...template, inputs: Object.fromEntries(inputs) };
}

function standIn(input: TemplateInput): TemplateInput {
  if (input.type === "boolean") return { ...input, default: false };
  if (input.type !== "string") return { ...input, default: input.minimum ?? input.maximum ?? 1 };
  const text = input.enum?.[0] ?? "example.com".padEnd(input.minLength ?? 0, "x").slice(0, input.maxLength);
  return { ...input, pattern: undefined, default: text };
}
