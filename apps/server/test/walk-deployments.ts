import { randomUUID } from "node:crypto";
import type { ApiRig } from "./api-rig.ts";
import { hookBodies, hookOfAcme, hookStrangers } from "./walk-hooks.ts";

/** What a stranger gets of deployments, for the walk over all routes. */
export const deploymentStrangers: Record<string, "hidden" | "closed"> = {
  ...hookStrangers,
  listDeployments: "hidden",
  deploy: "hidden",
  redeploy: "hidden",
  rollBackDeployment: "hidden",
  promoteDeployment: "hidden",
  restartDeployment: "hidden",
  listPreviews: "hidden",
  listDatabases: "hidden",
  revealDatabase: "hidden",
  extendPreview: "hidden",
  getDeployment: "hidden",
  getDeploymentLog: "hidden",
  cancelDeployment: "hidden",
  destroyDeployment: "hidden",
};

export const deploymentBodies: Record<string, unknown> = {
  ...hookBodies,
  deploy: { source: `sha256:${"a".repeat(64)}` },
  promoteDeployment: { from: "shop" },
};

/** One that serves, with a log. */
export async function deploymentOfAcme(rig: ApiRig): Promise<{ application: string; number: string; preview: string; hook: string }> {
  const id = randomUUID();
  await rig.deps.database.asSystem(async (store) => {
    const { tenantId, tenant } = await store.pods.get("acme", "web");
    await store.deployments.insert({
      ...{ id, tenantId, tenant, name: "shop", action: "deploy", source: `sha256:${"a".repeat(64)}`, origin: "acme-secret-value" },
      ...{ settings: {}, target: null, actor: "token:test", given: { KEY: "acme-secret-value" } },
    });
    await store.previews.put({
      ...{ tenantId, tenant, name: "shop-new", project: "shop", preview: "new", database: "empty" },
      ...{ ttlSeconds: 86_400, actor: "acme-secret-value" },
    });
    await store.deployments.appendLog(id, "acme-secret-value");
    await store.deployments.turn(id, 1);
    await store.deployments.finish(id, { state: "succeeded", step: null, message: "acme-secret-value" });
  });
  return { application: "shop", number: "1", preview: "shop-new", ...(await hookOfAcme(rig)) };
}
