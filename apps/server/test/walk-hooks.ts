import { randomUUID } from "node:crypto";
import type { ApiRig } from "./api-rig.ts";

/** What a stranger gets of hooks, for the walk over all routes. */
export const hookStrangers: Record<string, "hidden" | "closed"> = {
  createDeploymentHook: "hidden",
  listDeploymentHooks: "hidden",
  deleteDeploymentHook: "hidden",
  listHookDeliveries: "hidden",
  deliverPush: "closed",
  getDeploymentRemote: "hidden",
};

export const hookBodies: Record<string, unknown> = {
  createDeploymentHook: { kind: "github", url: "https://git.example.com/team/app.git" },
};

/** A hook of the application that `deploymentOfAcme` makes. */
export async function hookOfAcme(rig: ApiRig): Promise<{ hook: string }> {
  const id = randomUUID();
  await rig.deps.database.asSystem(async (store) => {
    const { tenantId, tenant } = await store.pods.get("acme", "web");
    await store.deploymentHooks.insert(
      {
        ...{ id, tenantId, tenant, name: "shop", kind: "github", url: "https://git.example.com/acme-secret-value.git" },
        ...{ branch: "main", knownHosts: null, createdBy: "token:test" },
      },
      { secret: "acme-secret-value", credentials: null },
    );
  });
  return { hook: id };
}
