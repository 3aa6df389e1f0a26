import type { DeployRequest } from "@agentpod/core/api/deployment-view";
import type { Deployment } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import { previewName } from "@agentpod/core/preview";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";

export interface AskedPreview {
  preview: NonNullable<DeployRequest["preview"]>;
  project: string;
  tenant: Tenant;
  actor: string;
  /** Where nothing is said. */
  ttlSeconds: number;
}

/**
 * Writes a project's preview down, or begins its time anew. Gives the application that it is, and what its settings begin with: those of
 * what serves, of itself or else of the project. Throws `conflict` where its name is taken, it is being taken away, or there is
 * nothing to copy.
 */
export async function askPreview(store: Store, asked: AskedPreview): Promise<{ application: string; base: Deployment | null }> {
  const { preview, project, tenant, actor } = asked;
  const { name, preview: label } = previewName(project, preview.name);
  const about = `${tenant.name}/${name}`;
  if ((await store.previews.find(tenant.id, project)) !== null)
    throw new AppError("invalid", `${tenant.name}/${project} is a preview itself: say which project's it is to be.`);
  const present = await store.previews.find(tenant.id, name);
  const ofProject = await store.deployments.serving(tenant.id, project);
  if (present === null) {
    if ((await store.deployments.list({ tenant: tenant.name, name }, 1)).length > 0)
      throw new AppError("conflict", `There is an application ${about} that is no preview: give the preview another name.`);
    if (preview.database === "copy" && ofProject === null)
      throw new AppError("conflict", `Nothing of ${tenant.name}/${project} serves: there is no data to copy.`);
  } else if (preview.database !== undefined && preview.database !== present.database)
    throw new AppError("conflict", `The database of ${about} began in another way: destroy the preview first to begin anew.`);
  await store.previews.put({
    ...{ tenantId: tenant.id, tenant: tenant.name, name, project, preview: label, actor },
    ...{
      database: preview.database ?? present?.database ?? "empty",
      ttlSeconds: preview.ttlSeconds ?? present?.ttlSeconds ?? asked.ttlSeconds,
    },
  });
  return { application: name, base: (await store.deployments.serving(tenant.id, name)) ?? ofProject };
}
