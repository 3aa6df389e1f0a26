import type { Client } from "@agentpod/client/create-client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { AppError } from "@agentpod/core/errors";
import { parsePodName } from "./pod-name.ts";

/** One deployment of `<tenant>/<application>`: by its number, or the newest. Throws `not_found`. */
export async function findDeployment(client: Client, application: string, number: number | undefined): Promise<DeploymentSummary> {
  const { tenant, pod: name } = parsePodName(application);
  if (number !== undefined) return client.deployments.get(tenant, name, number);
  const [newest] = await client.deployments.list(tenant, { name, limit: 1 });
  if (newest === undefined)
    throw new AppError("not_found", `There is no deployment of ${application}; agentpod deployment list shows those there are.`);
  return newest;
}
