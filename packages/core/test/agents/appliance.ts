import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type AgentPackage, agentPackage } from "../../src/products/agents/agent-package.ts";
import { renderPackage } from "../../src/products/agents/render-package.ts";
import type { Template, TemplateVersion } from "../../src/template.ts";
import { checkTemplate } from "../../src/template-check.ts";
import { neededFolders, withArtifacts } from "../../src/template-pack.ts";

const folder = join(import.meta.dirname, "../../../../templates/openclaw");
export const code = `sha256:${"c".repeat(64)}`;

/** The shipped appliance, its folders as if packed. */
export function appliance(): Template {
  const raw = parse(readFileSync(join(folder, "template.yaml"), "utf8"));
  const digests = Object.fromEntries(neededFolders(raw.spec).map((one) => [one.folder, `sha256:${"a".repeat(64)}`]));
  return checkTemplate({ ...raw, spec: withArtifacts(raw.spec, digests) });
}

/** A package of the repository. */
export function shippedPackage(name: string): AgentPackage {
  return agentPackage.parse(parse(readFileSync(join(folder, "packages", name, "agent.yaml"), "utf8")));
}

const text = { en: "Support", zh: "客服" };

/** A developer's package, checked as the server checks it. */
export function packaged(changes: Record<string, unknown> = {}): TemplateVersion {
  const given = agentPackage.parse({
    apiVersion: "agentpod/v1",
    kind: "AgentPackage",
    name: "support-bot",
    title: text,
    description: text,
    ...changes,
  });
  const template = checkTemplate(renderPackage(given, appliance(), code));
  return { id: "v1", template, version: 1, tenantId: null, createdAt: "2026-01-01T00:00:00.000Z" };
}
