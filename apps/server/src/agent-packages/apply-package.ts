import { AppError } from "@agentpod/core/errors";
import { type AgentPackage, applianceTemplate, packageFolders } from "@agentpod/core/products/agents/agent-package";
import { renderPackage } from "@agentpod/core/products/agents/render-package";
import type { Store } from "@agentpod/core/store";
import type { MadeTemplateVersion, Template } from "@agentpod/core/template";
import { checkTemplate } from "@agentpod/core/template-check";
import type { AppDeps } from "../app-deps.ts";
import { type PackageFiles, packageCode } from "./package-code.ts";

/** A package as a template that is checked and whose code is stored; no row is written yet. */
export interface PreparedPackage {
  template: Template;
  code: { digest: string; bytes: number };
}

/** The appliance that packages are built on. `not_found` in an installation without it. */
export async function findAppliance(store: Pick<Store, "templates">): Promise<Template> {
  return (await store.templates.get(null, applianceTemplate)).template;
}

/** Puts a package's code together and renders its template. Throws `invalid` with paths of its `agent.yaml`, before anything is stored where it can. */
export async function preparePackage(
  given: AgentPackage,
  files: PackageFiles,
  appliance: Template,
  owner: string | null,
  artifacts: AppDeps["artifacts"],
): Promise<PreparedPackage> {
  const own = codeOf(appliance);
  // What is wrong with its text is told before its files are gone through.
  checkTemplate(renderPackage(given, appliance, own));
  const isBare = packageFolders.every((folder) => files[folder] === undefined);
  const code = isBare ? { digest: own, bytes: 0 } : await artifacts.put(packageCode(own, files, artifacts.open), owner);
  return { template: checkTemplate(renderPackage(given, appliance, code.digest)), code };
}

/** Makes the next version of a package, or finds the one that has this content. */
export async function applyPackage(
  store: Store,
  owner: string | null,
  { template, code }: PreparedPackage,
  actor: string,
): Promise<MadeTemplateVersion> {
  if (code.bytes > 0) await store.artifacts.insert({ ...code, tenant: owner });
  return store.templates.apply(owner, template, actor);
}

function codeOf({ name, spec }: Template): string {
  const units: unknown[] = Array.isArray(spec.units) ? spec.units : [];
  const [unit] = units as { code?: { artifact?: string } }[];
  if (unit?.code?.artifact === undefined) throw new AppError("internal", `template ${name} has no code`);
  return unit.code.artifact;
}
