import { type Deployment, environmentSecret } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Preview } from "@agentpod/core/preview";
import { databasesOf } from "@agentpod/core/products/code/render-databases";
import type { Store } from "@agentpod/core/store";

export interface Project {
  preview: Preview;
  /** Its pod; null where nothing of it serves. */
  pod: Pod | null;
  /** Of its variables, as they are now. */
  values: Record<string, string>;
  /** The pod whose data may be copied. Throws `conflict` where there is none. */
  copyFrom(): string;
}

/** The project that a deployment is a preview of; null for one that is none. System role. */
export async function projectOf(
  store: Store,
  { tenantId, tenant, name }: Pick<Deployment, "tenantId" | "tenant" | "name">,
): Promise<Project | null> {
  const preview = await store.previews.find(tenantId, name);
  if (preview === null) return null;
  const serving = await store.deployments.serving(tenantId, preview.project);
  const found = serving === null ? null : await store.pods.find(tenant, preview.project);
  const pod = found === null || found.id !== serving?.podId || found.desired === "deleted" ? null : found;
  const secrets = pod === null ? {} : await store.secrets.reveal(pod.id);
  const values: Record<string, string> = {};
  for (const [variable, version] of Object.entries(pod === null ? {} : (serving?.environment ?? {}))) {
    const value = secrets[environmentSecret(variable, version)];
    if (typeof value === "string") values[variable] = value;
  }
  return {
    ...{ preview, pod, values },
    copyFrom: () => {
      const label = `${tenant}/${preview.project}`;
      if (pod === null) throw new AppError("conflict", `Nothing of ${tenant}/${preview.project} serves: there is no data to copy.`);
      if (!databasesOf(pod.spec).includes("postgres"))
        throw new AppError("conflict", `${label} has no PostgreSQL database: only the data of one can be copied into a preview.`);
      return pod.id;
    },
  };
}
