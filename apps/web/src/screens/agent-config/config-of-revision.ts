import type { RevisionView } from "@agentpod/core/api/pod-view";

/** What people set in a revision: the package's version and the inputs, with the settings that are kept as text taken apart. */
export function configOfRevision({ template, inputs }: Pick<RevisionView, "template" | "inputs">): Record<string, unknown> {
  const { config, ...rest } = inputs;
  return { package: template === null ? null : `${template.name}@${template.version}`, inputs: rest, config: parsed(config) };
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(typeof text === "string" && text !== "" ? text : "{}");
  } catch {
    return text;
  }
}
