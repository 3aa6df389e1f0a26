import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";

/** The number of what serves: after a rollback, of what was gone back to. Null: nothing serves. */
export function presentNumber(deployments: readonly DeploymentSummary[]): number | null {
  const serving = deployments.find(({ serves }) => serves);
  return serving === undefined ? null : (serving.target ?? serving.number);
}

/** Whether a deployment can be gone back to: it served, was not itself a rollback, and does not serve now. */
export function canRollBackTo({ action, state, number }: DeploymentSummary, present: number | null): boolean {
  return present !== null && action !== "rollback" && state === "succeeded" && number !== present;
}
