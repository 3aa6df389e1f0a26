import { invalidInput } from "./draft-issues.ts";
import type { DraftRequest } from "./draft-pod.ts";
import { AppError, type Issue } from "./errors.ts";
import { llmKeySecret } from "./llm/llm-key.ts";
import { nearest } from "./name.ts";
import type { Pod } from "./pod.ts";
import { renderTemplate } from "./render-template.ts";
import { placeholdersIn } from "./render-unit.ts";

/** Where a draft's spec comes from, rendered but not yet parsed. */
export interface SpecSource {
  template: Pod["template"];
  spec: unknown;
  inputs: Record<string, unknown>;
  secrets: Record<string, string>;
  /** Names of all secrets there will be. */
  known: string[];
}

/** From the template, or from a bare spec. `stored`: names of the secrets the pod has. Throws `invalid`. */
export function draftSource(request: DraftRequest, generatePassword: () => string, stored: readonly string[]): SpecSource {
  const { template: version, spec } = request;
  if (version && spec !== undefined)
    throw new AppError("invalid", "Give a template or a spec, not both.", {
      issues: [{ path: "spec", expected: "nothing beside a template" }],
    });
  if (version) {
    const { template } = version;
    const sameTemplate = request.previous?.template?.name === template.name;
    const previous = request.previous && { inputs: sameTemplate ? request.previous.inputs : {}, secrets: stored };
    const rendered = renderTemplate(template, request.inputs, generatePassword, previous ?? null);
    return {
      ...rendered,
      template: { name: template.name, version: version.version },
      known: [...stored, ...Object.keys(rendered.secrets)],
    };
  }
  if (spec === undefined)
    throw new AppError("invalid", "A pod needs a template or a spec.", {
      issues: [{ path: "template", expected: "the name of a template, or a spec instead" }],
    });
  const secrets = bareSecrets(spec, request.inputs, stored);
  return { template: null, spec, inputs: {}, secrets, known: [...stored, ...Object.keys(secrets)] };
}

/** A bare spec declares no inputs: what it may be given are the values of the secrets it reads. */
function bareSecrets(spec: unknown, inputs: Record<string, unknown>, stored: readonly string[]): Record<string, string> {
  const read = [...new Set(secretNames(spec))];
  const unknown = Object.keys(inputs).filter((key) => !read.includes(key));
  const issues: Issue[] = unknown.map((key) => {
    const close = nearest(key, read);
    return { path: `inputs.${key}`, expected: "the name of a secret that the spec reads", ...(close && { nearest: close }) };
  });
  const secrets: Record<string, string> = {};
  for (const key of read) {
    if (key === llmKeySecret) {
      issues.push({ path: `inputs.${key}`, expected: "no such secret: {{ llm.key }} stands for the pod's own key" });
      continue;
    }
    const value = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
    if (typeof value === "string" && !value.includes("\0")) secrets[key] = value;
    else if (value !== undefined) issues.push({ path: `inputs.${key}`, expected: "text" });
    else if (!stored.includes(key))
      issues.push({ path: `inputs.${key}`, expected: `the value of {{ secrets.${key} }}, but it is missing` });
  }
  if (issues.length > 0) throw invalidInput(issues);
  return secrets;
}

function secretNames(value: unknown): string[] {
  if (typeof value === "string")
    return placeholdersIn(value).flatMap((p) => (/^secrets\.[A-Za-z_][\w-]*$/.test(p) ? [p.slice("secrets.".length)] : []));
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(secretNames);
}
