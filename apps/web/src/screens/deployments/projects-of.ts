import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { isDeploymentEnded } from "@agentpod/core/deployment";

/** An application of a tenant, by what was deployed of it. */
export interface Project {
  tenant: string;
  name: string;
  /** The one that serves; null: none does. */
  serving: DeploymentSummary | null;
  newest: DeploymentSummary;
  /** How many there are. */
  count: number;
}

/** Deployments by their application, that with the newest first. */
export function projectsOf(deployments: readonly DeploymentSummary[]): Project[] {
  const found = new Map<string, Project>();
  for (const one of deployments.toSorted((a, b) =>
    a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : b.number - a.number,
  )) {
    const known = found.get(one.name);
    const serving = one.serves ? one : null;
    if (known === undefined) found.set(one.name, { tenant: one.tenant, name: one.name, serving, newest: one, count: 1 });
    else found.set(one.name, { ...known, serving: known.serving ?? serving, count: known.count + 1 });
  }
  return [...found.values()];
}

/** What is under way or waits; null: nothing does. */
export const underWay = ({ newest }: Pick<Project, "newest">): DeploymentSummary | null =>
  isDeploymentEnded(newest.state) ? null : newest;
