import { podSpec } from "@agentpod/core/pod-spec";
import { type Appliance, type Appliances, chooseAppliance } from "@agentpod/core/products/code/deploy-appliances";
import type { DeployPlan } from "@agentpod/core/products/code/deploy-plan";
import { renderTemplate } from "@agentpod/core/render-template";
import type { Store } from "@agentpod/core/store";

/** The templates that a plan stands on, with the defaults of their inputs. Throws `invalid` where there is none for what it needs. */
export async function appliancesFor(store: Store, plan: DeployPlan): Promise<Appliances> {
  // The installation's own alone: what a tenant calls node-22 is the tenant's.
  const names = (await store.templates.list()).filter(({ tenantId }) => tenantId === null).map(({ template }) => template.name);
  const found = async (...[kind, version]: [Parameters<typeof chooseAppliance>[0], string | null]): Promise<Appliance> => {
    const name = chooseAppliance(kind, version, names);
    const { template } = await store.templates.get(null, name);
    const { spec } = renderTemplate(template, {}, () => "generated");
    const [unit] = podSpec.parse(spec).units;
    if (!unit) throw new Error(`template ${name} has no unit`);
    return { template: name, unit };
  };
  const appliances: Appliances = {};
  if (plan.runtime !== null) appliances.runtime = await found(plan.runtime.name, plan.runtime.version);
  if (plan.kind === "site") appliances.static = await found("static", null);
  for (const need of plan.needs) appliances[need] = await found(need, null);
  return appliances;
}
