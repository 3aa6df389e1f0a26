import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import type { PodSummary } from "@agentpod/core/api/pod-view";
import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** Keyed below `templates`: a package is a template, and what is said of one is said of the other. */
export const packageQueries = {
  list: () => queryOptions({ queryKey: ["templates", "packages"], queryFn: api.agents.packages.list }),
  /** Newest first. `tenant` empty: the installation's own. */
  versions: (name: string, tenant: string) =>
    queryOptions({
      queryKey: ["templates", "packages", name, tenant],
      queryFn: () => api.agents.packages.versions(name, tenant || undefined),
    }),
  /** A version never changes. */
  files: (name: string, version: number, tenant: string) =>
    queryOptions({
      queryKey: ["package-files", name, version, tenant],
      queryFn: () => api.agents.packages.files(name, { version, ...(tenant !== "" && { tenant }) }),
    }),
};

/** Address of a package's page. `tenant` empty: the installation's own. */
export const packageHref = (name: string, tenant: string): string =>
  `/agents/packages/${encodeURIComponent(name)}${tenant === "" ? "" : `?tenant=${encodeURIComponent(tenant)}`}`;

type Package = Pick<AgentPackageView, "name" | "tenantId">;

/** The pods that are made from a package: a tenant's own package hides the installation's of the same name from it. */
export function agentsOf(
  pods: readonly PodSummary[],
  one: Package,
  all: readonly Package[],
  tenantNames: ReadonlyMap<string, string>,
): PodSummary[] {
  const named = pods.filter(({ template }) => template?.name === one.name);
  if (one.tenantId !== null) return named.filter(({ tenant }) => tenant === tenantNames.get(one.tenantId ?? ""));
  const owners = all.flatMap(({ name, tenantId }) => (name === one.name && tenantId !== null ? [tenantNames.get(tenantId)] : []));
  return named.filter(({ tenant }) => !owners.includes(tenant));
}
