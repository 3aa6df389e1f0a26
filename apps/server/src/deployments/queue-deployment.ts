import { randomUUID } from "node:crypto";
import type { BegunDeployment, DeploymentSummary, DeploymentView } from "@agentpod/core/api/deployment-view";
import type { Deployment } from "@agentpod/core/deployment";
import type { NewDeployment } from "@agentpod/core/deployment-store";
import { AppError } from "@agentpod/core/errors";
import type { Store } from "@agentpod/core/store";
import { queueOperation } from "../workflows/queue-operation.ts";
import { deployKind } from "./deploy-workflow.ts";

/** Records a deployment and puts it into the queue, in the caller's transaction. A preview's time begins anew. Throws `conflict` for one that is being taken away. */
export async function queueDeployment(store: Store, asked: Omit<NewDeployment, "id">): Promise<BegunDeployment> {
  const preview = await store.previews.find(asked.tenantId, asked.name);
  if (preview !== null) {
    const label = `${asked.tenant}/${asked.name}`;
    if (preview.endedBy !== null) throw new AppError("conflict", `${label} is being taken away: deploy it again when it is gone.`);
    await store.previews.extend(asked.tenantId, asked.name, preview.ttlSeconds);
  }
  const deployment = await store.deployments.insert({ ...asked, id: randomUUID() });
  const operation = await queueOperation(store, deployKind, {
    input: { deployment: deployment.id, action: deployment.action },
    tenant: { id: asked.tenantId, name: asked.tenant },
    // The record says who may have the pod: of two the newest waits, where one operation alone would be refused.
    pods: [],
    actor: asked.actor,
  });
  await store.deployments.setOperation(deployment.id, operation.id);
  return { deployment: summaryOf({ ...deployment, operationId: operation.id }, null), operation: { ...operation, steps: [] } };
}

/** As the API shows it in lists; `serving`: the id of the one that serves. */
export function summaryOf(deployment: Deployment, serving: string | null): DeploymentSummary {
  const { id, tenant, name, number, action, target, state, step, message, source, origin, url, actor, createdAt, finishedAt } = deployment;
  return {
    ...{ id, tenant, name, number, action, target, state, serves: id === serving, step, message, source, origin, url },
    ...{ operation: deployment.operationId, actor, createdAt, finishedAt },
  };
}

/** As the API shows one. */
export function viewOf(deployment: Deployment, serving: string | null): DeploymentView {
  const { settings, analysis, artifact, environment, environmentVersion, podId, generation } = deployment;
  return {
    ...summaryOf(deployment, serving),
    ...{ settings, analysis: analysis as DeploymentView["analysis"], artifact, environment, environmentVersion, pod: podId, generation },
  };
}
