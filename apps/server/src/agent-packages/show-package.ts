import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import { AppError } from "@agentpod/core/errors";
import { agentFacts } from "@agentpod/core/products/agents/agent-facts";
import { agentUnit } from "@agentpod/core/products/agents/complete-agent";
import type { Store } from "@agentpod/core/store";
import type { MadeTemplateVersion, TemplateVersion } from "@agentpod/core/template";
import { findTemplate } from "../routes/find-template.ts";

export const isPackage = ({ template }: TemplateVersion): boolean => template.product?.name === "agent";

/** A version of an agent package (undefined: the newest), the tenant's own before the installation's. Throws `not_found`, for a plain template too. */
export async function findPackage(store: Store, tenant: string | null, name: string, version?: number): Promise<MadeTemplateVersion> {
  const found = await findTemplate(store, tenant, name, version);
  if (!isPackage(found)) throw new AppError("not_found", `${name} is a template, and no agent package.`);
  return found;
}

/** What people see of a version of an agent package. */
export function showPackage({ template, tenantId, version, createdAt, actor }: MadeTemplateVersion): AgentPackageView {
  const { version: agentVersion, channels, allow, config } = agentFacts.parse(template.product?.facts);
  const units = (Array.isArray(template.spec.units) ? template.spec.units : []) as { name?: string; code?: { artifact?: string } }[];
  const artifact = units.find((unit) => unit.name === agentUnit)?.code?.artifact ?? "";
  const { name, title, description, inputs } = template;
  return {
    name,
    version,
    tenantId,
    createdAt,
    createdBy: actor,
    title,
    description,
    agentVersion,
    channels,
    allow,
    config,
    inputs,
    files: { artifact },
  };
}
